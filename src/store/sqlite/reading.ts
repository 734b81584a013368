import { setImmediate as turn } from 'node:timers/promises';
import { AppError } from '../../kernel/errors.ts';
import type { Connection } from './connection.ts';
import type { Row } from './rows.ts';
import type { Scan, Window } from './scan.ts';
import type { Table } from './schema.ts';

/** Rows read at once, before other work goes on: some 5 ms with documents of 1.2 kB. */
export const WINDOW = 500;

export interface Reading {
  readonly connection: Connection;
  readonly table: Table;
  readonly now: number;
  /** Rows one query may read before it is refused. */
  readonly budget: number;
  /** Leave out what somebody holds by a claim. */
  readonly free?: boolean;
}

export const isThere = ({ now, free = false }: Reading, row: Row): boolean =>
  (row.expires === null || row.expires > now) && !(free && row.lease !== null && row.lease > now);

/**
 * Reads window after window, other work going on in between, until there is no more or `use` says it has enough.
 * Throws `too_costly` once more than the budget has been read that `use` did not have to. Where every row counts, `use`
 * says how many are left to read, and the last window has no more.
 */
export const drive = async (
  reading: Reading,
  scan: Scan,
  first: number,
  use: (window: Window) => { readonly enough: boolean; readonly useful?: number; readonly left?: number },
  run: <R>(work: () => R) => Promise<R> = reading.connection.read,
): Promise<void> => {
  let spent = 0;
  let most = Infinity;
  for (let size = Math.min(first, WINDOW); ; size = Math.min(size * 4, WINDOW)) {
    const { cost, done, enough, useful, left } = await run(() => {
      const window = scan(Math.min(size, most));
      return { useful: 0, left: Infinity, ...window, ...use(window) };
    });
    most = left;
    if (enough || done) return;
    spent += cost - useful;
    if (spent > reading.budget)
      throw new AppError('too_costly', `a query on ${reading.table.collection.name} reads too much`);
    await turn();
  }
};
