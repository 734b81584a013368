import { AppError } from '../../kernel/errors.ts';
import { checkQuery, checkSort } from '../check.ts';
import { fromCursor, toCursor } from '../cursor.ts';
import { placeOf } from '../evaluate.ts';
import type { Place } from '../evaluate.ts';
import { onlyFields } from '../fields.ts';
import type { Doc, Found, Page, Slice, Stored } from '../port.ts';
import { tellingSort } from '../query.ts';
import type { Query, Sort } from '../query.ts';
import type { Envelope } from './connection.ts';
import { fromEnvelope, live } from './envelope.ts';
import { allOf, fieldOf, toFilter } from './filter.ts';
import type { Filter } from './filter.ts';
import { firstPlaces } from './first-places.ts';
import { legsOf } from './legs.ts';
import { boundsFor, ownSort, walkFor } from './plan.ts';
import type { Walk } from './plan.ts';
import type { Shelf } from './shelf.ts';

const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;

export interface Reading {
  readonly shelf: Shelf;
  readonly now: number;
  /** Documents one query may have MongoDB read beyond those it gives. */
  readonly budget: number;
  /** Fields that are wanted of each document, and no others; all when absent. An index that holds them is read alone. */
  readonly fields?: readonly string[];
}

/** A path beside a path within it cannot both be asked for. */
const topLevel = (path: string): string => path.split('.')[0] ?? path;

/** The id and these fields of an envelope. */
export const projected = (fields: readonly string[]): Record<string, 1> =>
  Object.fromEntries(['_id', ...fields.map(fieldOf)].map((field) => [field, 1]));

const tooCostly = ({ shelf }: Reading): AppError =>
  new AppError('too_costly', `a query on ${shelf.collection.name} reads too much`);

/** True when more documents lie within the bounds than a query may read. */
const exceeds = async ({ shelf, budget }: Reading, bounds: Filter, hint?: string): Promise<boolean> => {
  const beyond = shelf.model.findOne(bounds, { _id: 1 }).skip(budget).lean();
  return (await (hint === undefined ? beyond : beyond.hint(hint))) !== null;
};

/** The order of a walk in MongoDB's words. */
export const sortOf = ({ order, descending }: Walk): Record<string, 1 | -1> =>
  Object.fromEntries([...order.map(fieldOf), '_id'].map((field) => [field, descending ? -1 : 1]));

const readLeg = async (reading: Reading, walk: Walk, leg: Filter, limit: number): Promise<readonly Envelope[]> => {
  const { shelf, now, budget, fields } = reading;
  const bounds = allOf([walk.bounds, leg]);
  const sort = sortOf(walk);
  if (!walk.residual) {
    return shelf.model
      .find(allOf([bounds, live(shelf, now)]), fields && projected([...fields, ...walk.order.map(topLevel)]))
      .sort(sort)
      .hint(walk.hint)
      .limit(limit)
      .lean();
  }
  const found = await shelf.model
    .aggregate<Envelope>([
      { $match: bounds },
      { $sort: sort },
      { $limit: budget },
      { $match: allOf([walk.residual, live(shelf, now)]) },
      { $limit: limit },
    ])
    .hint(walk.hint);
  if (found.length < limit && (await exceeds(reading, bounds, walk.hint))) throw tooCostly(reading);
  return found;
};

const walked = async (
  reading: Reading,
  walk: Walk,
  from: Place | undefined,
  limit: number,
): Promise<readonly Stored<Doc>[]> => {
  const found: Envelope[] = [];
  for (const leg of legsOf(walk, from)) {
    if (found.length < limit) found.push(...(await readLeg(reading, walk, leg, limit - found.length)));
  }
  return found.map(fromEnvelope);
};

/** Reads the places of all that matches, orders them here, and gives the first documents. */
const ordered = async (
  { shelf }: Reading,
  filter: Filter,
  sort: readonly Sort[],
  from: Place | undefined,
  limit: number,
): Promise<readonly Stored<Doc>[]> => {
  const fields = projected(sort.map(({ path }) => path));
  const placed = shelf.model.find(filter, fields).lean<Envelope>().batchSize(1000).cursor();
  const places = await firstPlaces(placed, sort, from, limit);
  const docs = await shelf.model.find(allOf([{ _id: { $in: places.map(({ id }) => id) } }, filter])).lean();
  const byId = new Map(docs.map((envelope) => [envelope._id, fromEnvelope(envelope)]));
  return places.map(({ id }) => byId.get(id)).filter((doc) => doc !== undefined);
};

/** True when an index, or the size of the collection, keeps a query from reading more than it may. */
const isAffordable = async (reading: Reading, query: Query): Promise<boolean> => {
  const bounds = boundsFor(reading.shelf, query);
  for (const filter of bounds) if (!(await exceeds(reading, filter))) return true;
  return bounds.length === 0 && !(await exceeds(reading, {}, '_id_'));
};

/** Throws `too_costly`. */
export const mustAfford = async (reading: Reading, query: Query): Promise<void> => {
  if (!(await isAffordable(reading, query))) throw tooCostly(reading);
};

const read = async (
  reading: Reading,
  query: Query,
  sort: readonly Sort[],
  from: Place | undefined,
  limit: number,
): Promise<readonly Stored<Doc>[]> => {
  const walk = walkFor(reading.shelf, query, sort);
  if (walk && !walk.residual) return walked(reading, walk, from, limit);
  if (await isAffordable(reading, query)) {
    return ordered(reading, allOf([toFilter(query), live(reading.shelf, reading.now)]), sort, from, limit);
  }
  if (!walk) throw tooCostly(reading);
  return walked(reading, walk, from, limit);
};

/** The order asked for, or the query's own. Throws `bad_request` for a query or an order that has no meaning. */
export const sortFor = (shelf: Shelf, query: Query, sort: readonly Sort[] = []): readonly Sort[] => {
  checkQuery(query);
  checkSort(shelf.collection, sort);
  return sort.length > 0 ? tellingSort(sort) : ownSort(shelf, query);
};

/**
 * One page. An index that gives the order asked for is walked; else what an index bounds, or a small collection, is
 * read and ordered here; else an index is walked and each document checked, within the budget.
 */
export const findDocs = async (reading: Reading, query: Query, page: Page): Promise<Found<Doc>> => {
  const { limit = DEFAULT_LIMIT, cursor } = page;
  const sort = sortFor(reading.shelf, query, page.sort);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new AppError('bad_request', `a page has 1 to ${String(MAX_LIMIT)} documents`);
  }
  const from = cursor === undefined ? undefined : fromCursor(cursor, sort.length);
  const docs = await read(reading, query, sort, from, limit + 1);
  const shown = docs.slice(0, limit);
  const last = shown.at(-1);
  return { docs: shown, ...(last && docs.length > limit ? { next: toCursor(placeOf(last, sort)) } : {}) };
};

/** Cheap where an index is walked; else whole documents are read. */
export const findFields = async (
  reading: Reading,
  fields: readonly string[],
  query: Query,
  page: Page,
): Promise<Slice<Doc>> => onlyFields(await findDocs({ ...reading, fields }, query, page), fields);

export const countDocs = async (reading: Reading, query: Query): Promise<number> => {
  const { shelf, now } = reading;
  const walk = walkFor(shelf, query, sortFor(shelf, query));
  const counted = shelf.model.countDocuments(allOf([toFilter(query), live(shelf, now)]));
  if (walk && !walk.residual) return counted.hint(walk.hint);
  await mustAfford(reading, query);
  return counted;
};
