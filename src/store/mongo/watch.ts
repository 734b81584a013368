import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../kernel/log.ts';
import { changesOf } from './connection.ts';
import type { ChangeStream, Connection } from './connection.ts';

export interface Watchers {
  watch(collections: readonly string[], listener: () => void): () => void;
  close(): Promise<void>;
}

interface Watcher {
  readonly collections: readonly string[];
  readonly listener: () => void;
}

/** Milliseconds before a broken stream is opened anew; the driver has by then tried to resume it by itself. */
const PAUSE_AFTER_FAILURE = 1000;

/**
 * One change stream for all that is watched in this process, open while something is. All listeners are told once when
 * it has begun, so that nothing falls between the call of `watch` and the beginning, or into a gap. After a change of
 * primary the driver takes up the stream where it broke, some seconds late: it first tries to reach the lost server.
 */
export const startWatchers = (connection: Connection, log: Log | undefined): Watchers => {
  const watchers = new Set<Watcher>();
  const due = new Set<Watcher>();
  const closing = new AbortController();
  let stream: ChangeStream | undefined;
  let running: Promise<void> | undefined;

  // After the current turn, and once for all that one turn brings.
  const tell = (told: Watcher): void => {
    if (due.has(told)) return;
    due.add(told);
    setImmediate(() => {
      due.delete(told);
      if (watchers.has(told)) told.listener();
    });
  };

  const watched = (): readonly string[] => [...new Set([...watchers].flatMap(({ collections }) => collections))].sort();

  const stop = async (): Promise<void> => {
    const ending = stream;
    stream = undefined;
    await ending?.close();
  };

  const follow = async (): Promise<void> => {
    const names = watched();
    const opened = await changesOf(connection, names);
    stream = opened;
    if (names.join() !== watched().join()) return stop();
    watchers.forEach(tell);
    try {
      for await (const event of opened) {
        const name = 'ns' in event && 'coll' in event.ns ? event.ns.coll : undefined;
        for (const watcher of watchers) if (name === undefined || watcher.collections.includes(name)) tell(watcher);
      }
    } catch (error) {
      // A stream that was closed on purpose ends with an error too.
      if (stream === opened) throw error;
    }
  };

  const run = async (): Promise<void> => {
    while (watchers.size > 0) {
      try {
        await follow();
      } catch (error) {
        log?.warn({ error }, 'the stream of changes broke and is opened again');
        await pause(PAUSE_AFTER_FAILURE, undefined, { ref: false, signal: closing.signal }).catch(() => undefined);
      }
    }
    running = undefined;
  };

  return {
    watch(collections, listener) {
      const followed = watched();
      const watcher = { collections, listener };
      watchers.add(watcher);
      if (followed.join() !== watched().join()) void stop();
      running ??= run();
      return () => {
        watchers.delete(watcher);
        if (watchers.size === 0) void stop();
      };
    },
    async close() {
      watchers.clear();
      closing.abort();
      await stop();
      await running;
    },
  };
};
