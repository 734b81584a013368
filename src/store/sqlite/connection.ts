import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../kernel/errors.ts';
import { asPortError, isBusy } from './failure.ts';

export interface Connection {
  readonly db: DatabaseSync;
  readonly synchronous: 'NORMAL' | 'FULL';
  /** A prepared statement, made once for each text. */
  sql(text: string): StatementSync;
  /** Runs synchronous work that reads, again while another process holds the file. */
  read<R>(work: () => R): Promise<R>;
  /** Runs synchronous work as one transaction: all of it is committed, or nothing when it throws. */
  write<R>(work: () => R): Promise<R>;
  close(): void;
}

/** Bytes the log keeps on the disk once it has been carried over. */
const LOG_LIMIT = 64 * 1024 * 1024;
/** Statements kept; a program has far fewer distinct ones, so that clearing all is rare enough to be simple. */
const STATEMENTS = 500;

// Processes that met once would meet again if all waited equally long: the process id spreads them over 1 to 5 ms.
const pauseBefore = (attempt: number): number => 1 + ((process.pid + attempt * 3) % 5);

const inTransaction = <R>(db: DatabaseSync, work: () => R): R => {
  // IMMEDIATE, always: a transaction that read first and then wants to write can meet a BUSY no waiting resolves.
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite has already rolled back after some errors, a full disk among them.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
};

/**
 * Opens the file. Throws `store_unusable`.
 *
 * `timeout: 0`, because SQLite's own waiting would stop the event loop: who meets another process's lock tries again
 * from the event loop after 1 to 5 ms, up to a deadline.
 *
 * @param synchronous FULL syncs within each commit; NORMAL leaves that to `durable()`
 * @param deadline milliseconds a caller waits for another process's write before it is told `busy`
 */
export const connect = (file: string, synchronous: 'NORMAL' | 'FULL', deadline: number): Connection => {
  const statements = new Map<string, StatementSync>();

  const open = (): DatabaseSync => {
    try {
      const opened = new DatabaseSync(file, { timeout: 0 });
      // A checkpoint within a commit would stop the loop: checkpoints.ts runs them. What is deleted or written over is
      // not to be found in the file: keys are destroyed to make what they sealed unreadable.
      opened.exec(
        `PRAGMA secure_delete = ON; PRAGMA synchronous = ${synchronous}; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = ${String(LOG_LIMIT)}`,
      );
      return opened;
    } catch (error) {
      throw asPortError(error, file);
    }
  };
  const db = open();

  const retrying = async <R>(work: () => R): Promise<R> => {
    const begun = performance.now();
    for (let attempt = 0; ; attempt += 1) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error)) throw asPortError(error, file);
        if (performance.now() - begun > deadline) {
          throw new AppError('busy', 'another process kept the store locked', { cause: error, retryAfter: 1 });
        }
      }
      await pause(pauseBefore(attempt));
    }
  };

  return {
    db,
    synchronous,
    sql(text) {
      const known = statements.get(text);
      if (known) return known;
      if (statements.size >= STATEMENTS) statements.clear();
      const made = db.prepare(text);
      statements.set(text, made);
      return made;
    },
    read: (work) => retrying(work),
    write: (work) => retrying(() => inTransaction(db, work)),
    close() {
      db.close();
    },
  };
};
