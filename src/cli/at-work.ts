import type { Foundation } from '../foundation.ts';
import { AppError } from '../kernel/errors.ts';
import { Conflict } from '../store/port.ts';
import type { Change } from '../store/port.ts';
import type { Cli } from './cli.ts';

/** In the audit log: whoever may run commands on the server's own store. */
export const BY_CLI = { actor: 'cli' } as const;

/** Runs work on the store and closes it. What was committed would survive a power cut before anything is printed. */
export const atWork = async <R>(cli: Cli, work: (rooms: Foundation) => Promise<R>): Promise<R> => {
  const rooms = await cli.open();
  try {
    const result = await work(rooms);
    await rooms.store.durable();
    return result;
  } finally {
    await rooms.close();
  }
};

/** Sentences for preconditions that an operator can understand, by index or reason. */
export type Refusals = Readonly<Partial<Record<string, string>>>;

const TRIES = 5;

/**
 * Commits what `changes` makes from fresh reads, again when somebody else was faster. Throws `bad_request` with the
 * sentence for the index (such as `userName`) or the reason (such as `missing`) that stood in the way.
 */
export const commitFresh = async (
  rooms: Foundation,
  changes: () => Promise<readonly Change[]>,
  refusals: Refusals = {},
): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rooms.store.commit(await changes());
      return;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      const sentence = refusals[error.index ?? error.reason];
      if (sentence !== undefined) throw new AppError('bad_request', sentence, { cause: error });
      if (error.reason !== 'stale' || attempt === TRIES) {
        throw new AppError('busy', 'somebody else is changing the same thing: try again', { cause: error });
      }
    }
  }
};

// A name or a browser's header may hold what a terminal would obey.
const harmless = (cell: string): string => cell.replaceAll(/\p{Cc}/gu, '\uFFFD');

/** Columns of text, each as wide as its widest cell. */
export const table = (given: readonly (readonly string[])[]): readonly string[] => {
  const rows = given.map((row) => row.map(harmless));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

/** For options that may be given several times. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
