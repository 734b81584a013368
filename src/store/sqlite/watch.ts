import type { Log } from '../../kernel/log.ts';
import type { Connection } from './connection.ts';

export interface Watchers {
  /** Tells the listeners of a collection about a commit of this process. */
  changed(collections: ReadonlySet<string>): void;
  watch(collections: readonly string[], listener: () => void): () => void;
  close(): void;
}

interface Watcher {
  readonly collections: readonly string[];
  readonly listener: () => void;
}

/**
 * Own commits are told at once. Those of other processes show as a new `data_version`, which says that something
 * changed and not what, so that every listener is told.
 *
 * @param every milliseconds between two looks at `data_version`; nobody looks while nobody watches
 */
export const startWatchers = (connection: Connection, every: number, log: Log | undefined): Watchers => {
  const watchers = new Set<Watcher>();
  let timer: NodeJS.Timeout | undefined;
  let seen = 0;

  const version = (): number => Number(connection.sql('PRAGMA data_version').get()?.['data_version']);

  // After the current turn: a listener must not run inside the verb that woke it, nor once it has been taken away.
  const tell = (told: Watcher): void => {
    setImmediate(() => {
      if (watchers.has(told)) told.listener();
    });
  };

  const look = (): void => {
    try {
      const now = version();
      if (now === seen) return;
      seen = now;
    } catch (error) {
      // Nobody stands above a timer to catch this. What failed for good fails the verbs too, which say so.
      log?.warn({ error }, 'the store could not be asked for changes of other processes');
      return;
    }
    watchers.forEach(tell);
  };

  const stopLooking = (): void => {
    clearInterval(timer);
    timer = undefined;
  };

  return {
    changed(collections) {
      for (const watcher of watchers) if (watcher.collections.some((name) => collections.has(name))) tell(watcher);
    },
    watch(collections, listener) {
      const watcher = { collections, listener };
      if (watchers.size === 0) seen = version();
      watchers.add(watcher);
      timer ??= setInterval(look, every).unref();
      return () => {
        watchers.delete(watcher);
        if (watchers.size === 0) stopLooking();
      };
    },
    close() {
      watchers.clear();
      stopLooking();
    },
  };
};
