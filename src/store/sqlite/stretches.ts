import type { Connection } from './connection.ts';
import { allOf, place } from './sql.ts';
import type { Sql } from './sql.ts';
import type { SqlValue } from './value.ts';

/** A part of an index in one strict order, to be looked at without the rows it belongs to. */
export interface Part {
  /** FROM clause: a table with its index, or a side table. */
  readonly source: string;
  /** Columns no entry of the part lacks, by which the entries are strictly ordered after the equalities. */
  readonly keys: readonly string[];
  readonly equal: readonly Sql[];
  /** Where the part begins, and where it ends. */
  readonly begin: readonly Sql[];
  readonly end: readonly Sql[];
}

/** So many entries of a part; `upTo` is the last of them, absent when the part ends here. */
export interface Stretch {
  readonly where: Sql;
  readonly upTo?: readonly SqlValue[];
}

/**
 * The next stretch of a part, so that no statement looks at more than it should at once. Conditions on the entries can
 * be added to it. A LIMIT could not bound those: it counts what passes, not what was looked at.
 *
 * @param from `upTo` of the stretch before
 */
export const stretchOf = (
  connection: Connection,
  { source, keys, equal, begin, end }: Part,
  from: readonly SqlValue[] | undefined,
  entries: number,
): Stretch => {
  const start = [...equal, ...(from ? [place(keys, '>', from)] : begin)];
  const rest = allOf([...start, ...end]);
  const list = keys.join(', ');
  const bound = connection
    .sql(`SELECT ${list} FROM ${source} WHERE ${rest.text} ORDER BY ${list} LIMIT 1 OFFSET ${String(entries - 1)}`)
    .get(...rest.values);
  if (!bound) return { where: rest };
  const upTo = keys.map((key) => bound[key] as SqlValue);
  return { where: allOf([...start, place(keys, '<=', upTo)]), upTo };
};
