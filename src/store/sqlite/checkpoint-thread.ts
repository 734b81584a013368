import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** Runs in a thread of its own; see `checkpoints.ts`. PASSIVE waits for nobody and lets nobody wait. */
const db = new DatabaseSync(String(workerData), { timeout: 0 });

parentPort?.on('message', (message) => {
  if (message === 'checkpoint') {
    db.exec('PRAGMA wal_checkpoint(PASSIVE)');
    parentPort?.postMessage('done');
    return;
  }
  db.close();
  parentPort?.close();
});
