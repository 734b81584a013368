import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Log } from '../../kernel/log.ts';

/** Carries the write-ahead log over into the file, beside the requests. */
export interface Checkpoints {
  /** Notes that so many changes have been committed. */
  changed(count: number): void;
  close(): Promise<void>;
}

/** Changes after which the log is carried over: some 20 MB of it. */
const CHANGES = 1000;

/**
 * A checkpoint writes and syncs the whole file, and would stop the loop for as long as the disk takes. It runs in a
 * thread with a connection of its own, started when the first one is due.
 */
export const startCheckpoints = (file: string, log: Log | undefined): Checkpoints => {
  let changes = 0;
  let worker: Worker | undefined;
  let running = false;

  const start = (): Worker => {
    const started = new Worker(new URL(`./checkpoint-thread${extname(import.meta.url)}`, import.meta.url), {
      workerData: file,
    });
    started.unref();
    started.on('message', () => {
      running = false;
    });
    started.on('error', (error) => {
      log?.warn({ error }, 'a checkpoint of the store failed and will be tried again');
      worker = undefined;
      running = false;
    });
    return started;
  };

  return {
    changed(count) {
      changes += count;
      if (changes < CHANGES || running) return;
      changes = 0;
      running = true;
      worker ??= start();
      worker.postMessage('checkpoint');
    },
    async close() {
      if (!worker) return;
      // Whoever closes the store waits for the thread, which by itself keeps no process alive.
      worker.ref();
      const ended = once(worker, 'exit');
      worker.postMessage('close');
      await ended;
    },
  };
};
