import { AppError } from '../../kernel/errors.ts';
import { checkQuery, checkSort } from '../check.ts';
import { fromCursor, toCursor } from '../cursor.ts';
import { comparePlaces, matches, placeOf } from '../evaluate.ts';
import type { Place } from '../evaluate.ts';
import { onlyFields } from '../fields.ts';
import type { Doc, Found, Page, Slice, Stored } from '../port.ts';
import type { Query } from '../query.ts';
import { areTogether, beginningInFile, isByNumber, numbered, readTakenOut, readWhole } from './file-order.ts';
import { indexAlone, readIndex } from './index-alone.ts';
import { plansFor } from './plan.ts';
import type { Access, Plan } from './plan.ts';
import { WINDOW, drive, isThere } from './reading.ts';
import type { Reading } from './reading.ts';
import { docOf } from './rows.ts';
import { scanAccess } from './scan.ts';
import type { After } from './segments.ts';
import { toSql } from './value.ts';

const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;

interface Question {
  readonly query: Query;
  readonly limit: number;
  readonly from: Place | undefined;
}

const pageOf = (docs: readonly Stored<Doc>[], limit: number, placeAt: (last: Stored<Doc>) => Place): Found<Doc> => {
  const page = docs.slice(0, limit);
  const last = page.at(-1);
  return { docs: page, ...(last && docs.length > limit ? { next: toCursor(placeAt(last)) } : {}) };
};

const placeIn = (access: Access, plan: Plan, from: Place): After => {
  if (access.kind === 'file') return { key: from.key.map(toSql), id: from.id };
  const values = new Map(plan.sort.map(({ path }, position) => [path, toSql(from.key[position])]));
  const order = access.kind === 'ordered' ? access.order : [];
  return { key: order.map(({ path }) => values.get(path) ?? null), id: from.id };
};

const readInOrder = async (reading: Reading, plan: Plan, question: Question): Promise<Found<Doc>> => {
  const { query, limit, from } = question;
  const scan = scanAccess(reading.connection, reading.table, plan.access, from && placeIn(plan.access, plan, from));
  const docs: Stored<Doc>[] = [];
  let number = 0;
  await drive(reading, scan, limit + 1, ({ rows }) => {
    for (const row of rows) {
      if (docs.length > limit) break;
      const doc = isThere(reading, row) && docOf(row);
      if (!doc || !matches(query, doc)) continue;
      docs.push(doc);
      if (docs.length === limit) number = row.n;
    }
    const left = limit + 1 - docs.length;
    return { enough: left === 0, ...(plan.exact ? { left } : {}) };
  });
  return pageOf(docs, limit, (last) =>
    isByNumber(plan) ? numbered(number, Number(from?.key[1]), last.id) : placeOf(last, plan.sort),
  );
};

const gather = async (reading: Reading, plan: Plan, question: Question): Promise<Found<Doc>> => {
  const order = comparePlaces(plan.sort);
  const { query, limit, from } = question;
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
  return pageOf(sorted, limit, (last) => placeOf(last, plan.sort));
};

/** The ways to answer, best first, and how many documents are asked for. Throws `bad_request`. */
const checked = ({ table }: Reading, query: Query, { sort = [], limit = DEFAULT_LIMIT }: Page) => {
  checkQuery(query);
  checkSort(table.collection, sort);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new AppError('bad_request', `a page has 1 to ${String(MAX_LIMIT)} documents`);
  }
  return { plans: plansFor(table, query, sort), limit };
};

const beginning = ({ cursor }: Page, plan: Plan): Place | undefined =>
  cursor === undefined ? undefined : fromCursor(cursor, plan.sort.length);

export const findDocs = async (reading: Reading, query: Query, page: Page): Promise<Found<Doc>> => {
  const { plans, limit } = checked(reading, query, page);
  for (const [position, plan] of plans.entries()) {
    const from = isByNumber(plan) ? await beginningInFile(reading, page.cursor) : beginning(page, plan);
    if (from && areTogether(reading, plan)) return readWhole(reading, { from, limit });
    const question = { query, limit, from };
    try {
      return await (plan.inOrder ? readInOrder(reading, plan, question) : gather(reading, plan, question));
    } catch (error) {
      const more = position + 1 < plans.length && error instanceof AppError && error.code === 'too_costly';
      if (!more) throw error;
    }
  }
  throw new AppError('internal', 'a query without a plan');
};

export const findFields = async (
  reading: Reading,
  fields: readonly string[],
  query: Query,
  page: Page,
): Promise<Slice<Doc>> => {
  const { plans, limit } = checked(reading, query, page);
  const [plan] = plans;
  if (plan && areTogether(reading, plan)) {
    return readTakenOut(reading, fields, { from: await beginningInFile(reading, page.cursor), limit });
  }
  const access = plan && indexAlone(reading, plan, fields);
  if (!access) return onlyFields(await findDocs(reading, query, page), fields);
  const from = beginning(page, plan);
  return readIndex(reading, { access, sort: plan.sort }, fields, { from: from && placeIn(access, plan, from), limit });
};
