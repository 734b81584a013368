import { AppError } from '../../kernel/errors.ts';
import { checkQuery, checkSort } from '../check.ts';
import { fromCursor, toCursor } from '../cursor.ts';
import { comparePlaces, matches, placeOf } from '../evaluate.ts';
import type { Doc, Found, Page, Stored } from '../port.ts';
import type { Query } from '../query.ts';
import type { Connection } from './connection.ts';
import { docOf } from './rows.ts';
import type { Row } from './rows.ts';
import type { Table } from './schema.ts';

const WINDOW = 1000;
const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;

export interface Reading {
  readonly connection: Connection;
  readonly table: Table;
  readonly now: number;
  /** Rows one query may read before it is refused. */
  readonly budget: number;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Every live document that matches, in windows between which other work goes on. */
export async function* scan({ connection, table, now, budget }: Reading, query: Query): AsyncGenerator<Stored<Doc>> {
  let after = 0;
  for (let read = 0; ; read += WINDOW) {
    if (read > budget) throw new AppError('too_costly', `a query on ${table.collection.name} reads too much`);
    const rows = await connection.read(
      () =>
        connection
          .sql(
            `SELECT n, id, version, doc FROM "${table.sqlName}" WHERE n > ? AND (expires IS NULL OR expires > ?) ORDER BY n LIMIT ${String(WINDOW)}`,
          )
          .all(after, now) as unknown as readonly Row[],
    );
    for (const doc of rows.map(docOf)) if (matches(query, doc)) yield doc;
    after = rows.at(-1)?.n ?? 0;
    if (rows.length < WINDOW) return;
    await turn();
  }
}

export const findDocs = async (reading: Reading, query: Query, page: Page): Promise<Found<Doc>> => {
  const { sort = [], limit = DEFAULT_LIMIT, cursor } = page;
  checkQuery(query);
  checkSort(sort);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new AppError('bad_request', `a page has 1 to ${String(MAX_LIMIT)} documents`);
  }
  const order = comparePlaces(sort);
  const from = cursor === undefined ? undefined : fromCursor(cursor, sort.length);
  const places = [];
  for await (const doc of scan(reading, query)) {
    const place = placeOf(doc, sort);
    if (!from || order(place, from) > 0) places.push({ ...place, doc });
  }
  places.sort(order);
  const docs = places.slice(0, limit);
  const last = docs.at(-1);
  return { docs: docs.map(({ doc }) => doc), ...(last && places.length > limit ? { next: toCursor(last) } : {}) };
};
