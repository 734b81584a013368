import { AppError } from '../../kernel/errors.ts';
import { fromCursor, toCursor } from '../cursor.ts';
import type { Place } from '../evaluate.ts';
import type { Doc, Slice } from '../port.ts';
import type { Plan } from './plan.ts';
import type { Reading } from './reading.ts';
import { listsOf } from './rows.ts';

/** Whether documents are given in the order of the file, so that a place is the number of a row. */
export const isByNumber = ({ access, inOrder }: Plan): boolean => access.kind === 'file' && inOrder;

/**
 * A place in the file: the row that was read last, and the one that was the last of all when the first page was read.
 * What is removed and inserted again meanwhile comes behind that one, and so comes once.
 */
export const numbered = (row: number, end: number, id = ''): Place => ({ key: [row, end], id });

/** Where the page of a cursor begins, or the first one. Throws `bad_request` for a cursor of another order. */
export const beginningInFile = async ({ connection, table }: Reading, cursor?: string): Promise<Place> => {
  if (cursor === undefined) {
    const last = `SELECT coalesce(max(n), 0) FROM "${table.sqlName}"`;
    return numbered(0, Number((await connection.read(() => listsOf(connection, last, [])))[0]?.[0]));
  }
  const place = fromCursor(cursor, 2);
  if (place.key.every((number) => typeof number === 'number')) return place;
  throw new AppError('bad_request', 'a cursor is not one of this query');
};

/** Whether SQLite can take these fields out of each row, so that nothing is made of the rest of the documents. */
export const areTakenOut = ({ table }: Reading, plan: Plan, fields: readonly string[]): boolean =>
  isByNumber(plan) && plan.exact && table.collection.expiry === undefined && fields.some((field) => field !== 'id');

const docFrom = (names: readonly string[], values: readonly unknown[]): Doc => {
  const doc: Record<string, unknown> = {};
  for (const [at, name] of names.entries()) {
    // What is absent comes as null, which no document holds.
    if (values[at] !== null) doc[name] = values[at];
  }
  return doc as unknown as Doc;
};

/** One page of these fields, at once. */
export const readTakenOut = async (
  { connection, table }: Reading,
  fields: readonly string[],
  { from, limit }: { readonly from: Place; readonly limit: number },
): Promise<Slice<Doc>> => {
  const [after, end] = from.key.map(Number);
  const names = [...new Set(['id', ...fields])];
  const paths = names.map((name) => `$.${name}`);
  // Of two paths or more it makes one list, as JSON.
  const values = `json_extract(doc, ${paths.map(() => '?').join(', ')})`;
  const text = `SELECT n, ${values} FROM "${table.sqlName}" WHERE n > ? AND n <= ? ORDER BY n LIMIT ${String(limit + 1)}`;
  const rows = await connection.read(() => listsOf(connection, text, [...paths, after ?? 0, end ?? 0]));
  const docs = rows.slice(0, limit).map(([, list]) => docFrom(names, JSON.parse(String(list)) as unknown[]));
  const [last] = rows[limit - 1] ?? [];
  return {
    docs,
    ...(rows.length > limit ? { next: toCursor(numbered(Number(last), end ?? 0, docs.at(-1)?.id)) } : {}),
  };
};
