import { AppError } from '../../kernel/errors.ts';
import { fromCursor, toCursor } from '../cursor.ts';
import type { Place } from '../evaluate.ts';
import type { Doc, Found, Slice, Stored } from '../port.ts';
import type { Connection } from './connection.ts';
import type { Plan } from './plan.ts';
import type { Reading } from './reading.ts';
import { listsOf } from './rows.ts';
import type { SqlValue } from './value.ts';

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

/** Whether SQLite can put pages together by itself, since every row of the file is one of them. */
export const areTogether = ({ table }: Reading, { access, inOrder, exact }: Plan): boolean =>
  access.kind === 'file' && inOrder && exact && table.collection.expiry === undefined;

interface FilePage {
  readonly from: Place;
  readonly limit: number;
}

interface Together {
  /** Of each row its number and its parts. */
  readonly rows: readonly (readonly unknown[])[];
  /** The place of the last row, where there are more. */
  readonly end?: Place;
}

/** Rows in one text. With more, what is made of them outlives the young generation of the heap, which costs time. */
export const TOGETHER = 100;

/**
 * Rows as one text that is parsed as a whole: to hand each value over by itself takes longer than to read it.
 *
 * @param parts what is wanted of each row beside its number: SQL that gives JSON
 * @param among where the rows come from
 */
export const rowsTogether = (
  connection: Connection,
  parts: readonly string[],
  among: string,
  values: readonly SqlValue[],
): readonly (readonly unknown[])[] => {
  const columns = parts.map((part, at) => `${part} AS p${String(at)}`);
  const row = ['n', ...parts.map((_, at) => `p${String(at)}`)].join(` || ',' || `);
  const inner = `SELECT n, ${columns.join(', ')} ${among}`;
  const text = `SELECT '[' || coalesce(group_concat('[' || ${row} || ']'), '') || ']' FROM (${inner})`;
  return JSON.parse(String(listsOf(connection, text, values)[0]?.[0])) as unknown[][];
};

/** One page, at once. */
const readTogether = async (
  { connection, table }: Reading,
  parts: readonly string[],
  values: readonly SqlValue[],
  { from, limit }: FilePage,
): Promise<Together> => {
  const [after = 0, end = 0] = from.key.map(Number);
  const among = `FROM "${table.sqlName}" WHERE n > ? AND n <= ?`;
  const some = (last: number, size: number) =>
    rowsTogether(connection, parts, `${among} ORDER BY n LIMIT ${String(size)}`, [...values, last, end]);
  return connection.read(() => {
    const rows: (readonly unknown[])[] = [];
    let last = after;
    while (rows.length < limit) {
      const size = Math.min(TOGETHER, limit - rows.length);
      const found = some(last, size);
      rows.push(...found);
      if (found.length < size) return { rows };
      last = Number(found.at(-1)?.[0]);
    }
    const isMore = listsOf(connection, `SELECT 1 ${among} LIMIT 1`, [last, end]).length > 0;
    return { rows, ...(isMore ? { end: numbered(last, end) } : {}) };
  });
};

const sliceOf = <D extends Doc>(docs: readonly D[], { end }: Together): Slice<D> => {
  const last = docs.at(-1);
  return { docs, ...(end && last ? { next: toCursor({ ...end, id: last.id }) } : {}) };
};

export const WHOLE = ['version', 'doc'];

export const wholeOf = (row: readonly unknown[]): Stored<Doc> => {
  const [, version, doc] = row as unknown as [n: number, version: number, doc: Doc & { version: number }];
  doc.version = version;
  return doc;
};

/** One page of whole documents. */
export const readWhole = async (reading: Reading, page: FilePage): Promise<Found<Doc>> => {
  const found = await readTogether(reading, WHOLE, [], page);
  return sliceOf(found.rows.map(wholeOf), found);
};

const docFrom = (names: readonly string[], values: readonly unknown[]): Doc => {
  const doc: Record<string, unknown> = {};
  for (const [at, name] of names.entries()) {
    // What is absent comes as null, which no document holds.
    if (values[at] !== null) doc[name] = values[at];
  }
  return doc as unknown as Doc;
};

/** What takes these fields out of a row: SQL, the values for its parameters, and how a document is made of them. */
export const takingOut = (fields: readonly string[]) => {
  const others = [...new Set(fields)].filter((field) => field !== 'id');
  const names = ['id', ...others];
  return {
    // Of several paths it makes one list, as JSON.
    part: others.length === 0 ? 'json_array(id)' : `json_extract(doc, '$.id'${', ?'.repeat(others.length)})`,
    values: others.map((name) => `$.${name}`),
    docOf: (row: readonly unknown[]): Doc => docFrom(names, row[1] as unknown[]),
  };
};

/** One page of these fields, which SQLite takes out, so that nothing is made of the rest of the documents. */
export const readTakenOut = async (
  reading: Reading,
  fields: readonly string[],
  page: FilePage,
): Promise<Slice<Doc>> => {
  const { part, values, docOf } = takingOut(fields);
  const found = await readTogether(reading, [part], values, page);
  return sliceOf(found.rows.map(docOf), found);
};
