import { setImmediate as turn } from 'node:timers/promises';
import { AppError } from '../../kernel/errors.ts';
import { checkQuery, checkSort } from '../check.ts';
import { fromCursor, toCursor } from '../cursor.ts';
import { comparePlaces, matches, placeOf } from '../evaluate.ts';
import type { Place } from '../evaluate.ts';
import type { Doc, Found, Page, Stored } from '../port.ts';
import type { Query } from '../query.ts';
import type { Connection } from './connection.ts';
import { plansFor } from './plan.ts';
import type { Access, OrderedAccess, Plan } from './plan.ts';
import { docOf } from './rows.ts';
import type { Row } from './rows.ts';
import { orderedSql, scanAccess } from './scan.ts';
import type { Scan, Window } from './scan.ts';
import type { Table } from './schema.ts';
import { segmentsOf } from './segments.ts';
import type { After } from './segments.ts';
import { toSql } from './value.ts';

const WINDOW = 1000;
const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;

export interface Reading {
  readonly connection: Connection;
  readonly table: Table;
  readonly now: number;
  /** Rows one query may read before it is refused. */
  readonly budget: number;
  /** Leave out what somebody holds by a claim. */
  readonly free?: boolean;
}

const isThere = ({ now, free = false }: Reading, row: Row): boolean =>
  (row.expires === null || row.expires > now) && !(free && row.lease !== null && row.lease > now);

/**
 * Reads window after window, other work going on in between, until there is no more or `use` says it has enough.
 * Throws `too_costly` once more than the budget has been read that `use` did not have to.
 */
const drive = async (
  reading: Reading,
  scan: Scan,
  first: number,
  use: (window: Window) => { readonly enough: boolean; readonly useful?: number },
  run: <R>(work: () => R) => Promise<R> = reading.connection.read,
): Promise<void> => {
  let spent = 0;
  for (let size = Math.min(first, WINDOW); ; size = Math.min(size * 4, WINDOW)) {
    const { cost, done, enough, useful } = await run(() => {
      const window = scan(size);
      return { useful: 0, ...window, ...use(window) };
    });
    if (enough || done) return;
    spent += cost - useful;
    if (spent > reading.budget)
      throw new AppError('too_costly', `a query on ${reading.table.collection.name} reads too much`);
    await turn();
  }
};

interface Question {
  readonly query: Query;
  readonly limit: number;
  readonly from: Place | undefined;
}

const pageOf = (docs: readonly Stored<Doc>[], { limit }: Question, plan: Plan): Found<Doc> => {
  const page = docs.slice(0, limit);
  const last = page.at(-1);
  return { docs: page, ...(last && docs.length > limit ? { next: toCursor(placeOf(last, plan.sort)) } : {}) };
};

const placeIn = (access: Access, plan: Plan, from: Place): After => {
  const values = new Map(plan.sort.map(({ path }, position) => [path, toSql(from.key[position])]));
  const order = access.kind === 'ordered' ? access.order : [];
  return { key: order.map(({ path }) => values.get(path) ?? null), id: from.id };
};

const readInOrder = async (reading: Reading, plan: Plan, question: Question): Promise<Found<Doc>> => {
  const { query, limit, from } = question;
  const scan = scanAccess(reading.connection, reading.table, plan.access, from && placeIn(plan.access, plan, from));
  const docs: Stored<Doc>[] = [];
  await drive(reading, scan, limit + 1, ({ rows }) => {
    for (const row of rows) {
      if (docs.length > limit) break;
      const doc = isThere(reading, row) && docOf(row);
      if (doc && matches(query, doc)) docs.push(doc);
    }
    return { enough: docs.length > limit };
  });
  return pageOf(docs, question, plan);
};

const gather = async (reading: Reading, plan: Plan, question: Question): Promise<Found<Doc>> => {
  const order = comparePlaces(plan.sort);
  const { query, from } = question;
  const gathered = new Map<string, Place & { readonly doc: Stored<Doc> }>();
  await drive(reading, scanAccess(reading.connection, reading.table, plan.access), WINDOW, ({ rows }) => {
    for (const row of rows) {
      const doc = isThere(reading, row) && docOf(row);
      if (!doc || !matches(query, doc)) continue;
      const place = placeOf(doc, plan.sort);
      if (!from || order(place, from) > 0) gathered.set(row.id, { ...place, doc });
    }
    return { enough: false };
  });
  const sorted = [...gathered.values()].sort(order).map(({ doc }) => doc);
  return pageOf(sorted, question, plan);
};

export const findDocs = async (reading: Reading, query: Query, page: Page): Promise<Found<Doc>> => {
  const { sort = [], limit = DEFAULT_LIMIT, cursor } = page;
  checkQuery(query);
  checkSort(reading.table.collection, sort);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new AppError('bad_request', `a page has 1 to ${String(MAX_LIMIT)} documents`);
  }
  const plans = plansFor(reading.table, query, sort);
  for (const [position, plan] of plans.entries()) {
    const question = { query, limit, from: cursor === undefined ? undefined : fromCursor(cursor, plan.sort.length) };
    try {
      return await (plan.inOrder ? readInOrder(reading, plan, question) : gather(reading, plan, question));
    } catch (error) {
      const more = position + 1 < plans.length && error instanceof AppError && error.code === 'too_costly';
      if (!more) throw error;
    }
  }
  throw new AppError('internal', 'a query without a plan');
};

const countEntries = ({ connection, table, now }: Reading, access: OrderedAccess): Promise<number> =>
  connection.read(() => {
    const alive = table.collection.expiry === undefined ? '' : ' AND (expires IS NULL OR expires > ?)';
    return segmentsOf(access, undefined)
      .map((segment) => {
        const statement = connection.sql(`${orderedSql(table, access, segment, 'count(*) AS count')}${alive}`);
        return Number(statement.get(...segment.values, ...(alive === '' ? [] : [now]))?.['count']);
      })
      .reduce((sum, count) => sum + count, 0);
  });

/** Counts whole indexes, which is far quicker than to ask each row whether it has expired. */
const countAll = ({ connection, table, now }: Reading): Promise<number> =>
  connection.read(() => {
    const all = `SELECT count(*) AS count FROM "${table.sqlName}"`;
    const count = (text: string, ...values: number[]): number => Number(connection.sql(text).get(...values)?.['count']);
    const expires = table.collection.expiry !== undefined;
    return count(all) - (expires ? count(`${all} WHERE expires IS NOT NULL AND expires <= ?`, now) : 0);
  });

export const countDocs = async (reading: Reading, query: Query): Promise<number> => {
  checkQuery(query);
  const [plan] = plansFor(reading.table, query, []);
  const access = plan?.access ?? { kind: 'union' as const, of: [] };
  if (plan?.exact === true && access.kind === 'ordered') {
    return access.index === undefined && access.pins.length === 0 ? countAll(reading) : countEntries(reading, access);
  }
  const counted = new Set<string>();
  await drive(reading, scanAccess(reading.connection, reading.table, access), WINDOW, ({ rows }) => {
    for (const row of rows) if (isThere(reading, row) && matches(query, docOf(row))) counted.add(row.id);
    return { enough: false };
  });
  return counted.size;
};

/** Each window is read and emptied in one transaction, so that what changes meanwhile is removed when it matches. */
export const removeDocs = async (
  reading: Reading,
  query: Query,
  write: <R>(work: () => R) => Promise<R>,
): Promise<number> => {
  checkQuery(query);
  const { connection, table } = reading;
  const [plan] = plansFor(table, query, []);
  const scan = scanAccess(connection, table, plan?.access ?? { kind: 'union', of: [] });
  let removed = 0;
  const empty = ({ rows }: Window): { readonly enough: boolean; readonly useful: number } => {
    const gone = rows.filter((row) => isThere(reading, row) && matches(query, docOf(row)));
    const statement = connection.sql(`DELETE FROM "${table.sqlName}" WHERE n = ?`);
    const useful = gone.reduce((sum, { n }) => sum + Number(statement.run(n).changes), 0);
    removed += useful;
    return { enough: false, useful };
  };
  await drive(reading, scan, WINDOW, empty, write);
  return removed;
};
