import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { CheckpointThread } from './checkpoints.ts';

// Runs in a thread of its own; see checkpoints.ts.

/** Milliseconds to wait for a moment without a writer. Whoever writes meanwhile waits in turn, outside of SQLite. */
const TIMEOUT = 2000;
/** Pages the log may have before it is begun anew: 16 MB. */
const PAGES = 4000;
/** Milliseconds without work after which the thread ends, and gives its 25 MB back. */
const IDLE = 10_000;

const { file, running } = workerData as CheckpointThread;
const db = new DatabaseSync(file, { timeout: TIMEOUT });
let idle: NodeJS.Timeout | undefined;

const end = (): void => {
  clearTimeout(idle);
  if (db.isOpen) db.close();
  parentPort?.close();
};

/**
 * PASSIVE waits for nobody and lets nobody wait, but a log that is written all the time is then never begun anew, and
 * grows as long as that goes on. RESTART, after it, keeps writers out for the little that is left.
 */
const checkpoint = (): void => {
  const done = db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();
  if (Number(done?.['log']) > PAGES) db.exec('PRAGMA wal_checkpoint(RESTART)');
};

parentPort?.on('message', (message) => {
  clearTimeout(idle);
  if (message === 'end') {
    end();
    return;
  }
  try {
    checkpoint();
  } finally {
    Atomics.store(running, 0, 0);
  }
  idle = setTimeout(end, IDLE);
});
