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

/** What the thread is given. */
export interface CheckpointThread {
  readonly file: string;
  /** One element: 1 from the order to the end of a checkpoint. */
  readonly running: Int32Array;
}

/** Changes after which the log is carried over: some 20 MB of it. */
const CHANGES = 1000;

/**
 * A checkpoint writes and syncs the whole file, and would stop the loop for as long as the disk takes. It runs in a
 * thread with a connection of its own, started when one is due.
 *
 * Whether one is running is told through shared memory: a caller that awaits nothing but the store lets no message in.
 */
export const startCheckpoints = (file: string, log: Log | undefined): Checkpoints => {
  const running = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  let changes = 0;
  let worker: Worker | undefined;

  const start = (): Worker => {
    const workerData: CheckpointThread = { file, running };
    const started = new Worker(new URL(`./checkpoint-thread${extname(import.meta.url)}`, import.meta.url), {
      workerData,
    });
    started.unref();
    started.on('error', (error) => {
      log?.warn({ error }, 'a checkpoint of the store failed and will be tried again');
    });
    started.on('exit', () => {
      worker = undefined;
      Atomics.store(running, 0, 0);
    });
    return started;
  };

  return {
    changed(count) {
      changes += count;
      if (changes < CHANGES || Atomics.load(running, 0) === 1) return;
      changes = 0;
      Atomics.store(running, 0, 1);
      worker ??= start();
      worker.postMessage('checkpoint');
    },
    async close() {
      if (!worker) return;
      // Whoever closes the store waits for the thread, which by itself keeps no process alive.
      worker.ref();
      const ended = once(worker, 'exit');
      worker.postMessage('end');
      await ended;
    },
  };
};
