import { pathShape } from '../shape.ts';
import type { Query, Sort } from '../query.ts';
import { boundsOf, conditionsOf, isOn, residualOf } from './condition.ts';
import type { Condition } from './condition.ts';
import type { Filter } from './filter.ts';
import type { Shelf, ShelfIndex } from './shelf.ts';

/** Reading an index from one end to the other, in the order asked for. */
export interface Walk {
  readonly hint: string;
  /** What the index decides: every document read meets it. */
  readonly bounds: Filter;
  /** What each document read is still checked against. */
  readonly residual: Filter | undefined;
  /** Paths of the order before the id. */
  readonly order: readonly string[];
  readonly descending: boolean;
  /** True when the bounds leave out documents that lack the first path of the order. */
  readonly bounded: boolean;
}

const byId: ShelfIndex = { name: 'id', hint: '_id_', paths: [], unique: true };

const isInList = ({ list }: ShelfIndex, path: string): boolean =>
  list !== undefined && (path === list || path.startsWith(`${list}.`));

/** The condition that pins a path. Several paths of one list must be pinned on the same element, so by one condition. */
const pinOf = (index: ShelfIndex, path: string, conditions: readonly Condition[]): Condition | undefined => {
  const together = isInList(index, path) ? index.paths.filter((other) => isInList(index, other)) : [path];
  return conditions.find(({ pins }) => together.every((other) => pins.includes(other)));
};

const isOrder = (shelf: Shelf, index: ShelfIndex, order: readonly string[], descending: boolean): boolean =>
  order.every(
    (path, position) =>
      !isInList(index, path) &&
      // MongoDB puts absent first when it goes up: the first path is read in two stretches, the others need a value.
      (descending || position === 0 || pathShape(shelf.collection.shape, path)?.required === true),
  );

const walkOn = (
  shelf: Shelf,
  index: ShelfIndex,
  conditions: readonly Condition[],
  order: readonly string[],
  descending: boolean,
): Walk | undefined => {
  const pinned = index.paths.slice(0, Math.max(0, index.paths.length - order.length));
  if ([...pinned, ...order].join() !== index.paths.join() || !isOrder(shelf, index, order, descending))
    return undefined;
  const pins = pinned.map((path) => pinOf(index, path, conditions)).filter((condition) => condition !== undefined);
  if (pins.length < pinned.length) return undefined;
  const stretch = conditions.filter((condition) => isOn(order[0] ?? 'id', condition));
  const used = new Set([...pins, ...stretch]);
  return {
    hint: index.hint,
    bounds: boundsOf(used),
    residual: residualOf(conditions, used),
    order,
    descending,
    bounded: stretch.length > 0,
  };
};

/** The paths of a sort that goes one way all along; undefined for others. */
const oneWay = (
  sort: readonly Sort[],
): { readonly order: readonly string[]; readonly descending: boolean } | undefined => {
  const descending = sort[0]?.descending ?? false;
  if (sort.some((part) => (part.descending ?? false) !== descending)) return undefined;
  return { order: sort.map(({ path }) => path).filter((path) => path !== 'id'), descending };
};

/** The index that gives the documents in the order asked for, the one that decides most of the query if several do. */
export const walkFor = (shelf: Shelf, query: Query, sort: readonly Sort[]): Walk | undefined => {
  const way = oneWay(sort);
  if (!way) return undefined;
  const conditions = conditionsOf(query);
  const walks = [...shelf.indexes, byId]
    .map((index) => walkOn(shelf, index, conditions, way.order, way.descending))
    .filter((walk) => walk !== undefined);
  return walks.find(({ residual }) => residual === undefined) ?? walks[0];
};

/**
 * The order that a query gets which asks for none: that of an index which decides all of it, else by id. It depends on
 * the query alone, so that it is the same on every page.
 */
export const ownSort = (shelf: Shelf, query: Query): readonly Sort[] => {
  const tails = shelf.indexes.flatMap(({ paths }) => paths.map((_, position) => paths.slice(position)));
  const sorts = [[], ...tails].map((paths) => paths.map((path): Sort => ({ path })));
  const decides = (sort: readonly Sort[]): boolean => {
    const walk = walkFor(shelf, query, sort);
    return walk !== undefined && !walk.residual && (sort.length === 0 || walk.bounded);
  };
  return sorts.find(decides) ?? [];
};

/** What one index decides of the conditions: its paths pinned from the first on, and a stretch of the next. */
const boundsOn = (index: ShelfIndex, conditions: readonly Condition[]): ReadonlySet<Condition> => {
  const used = new Set<Condition>();
  for (const path of index.paths) {
    const pin = pinOf(index, path, conditions);
    const next = pin ?? conditions.find(({ range }) => range === path);
    if (next) used.add(next);
    if (!pin) break;
  }
  return used;
};

/**
 * The bounds that indexes can put to the documents a query reads, the most telling first; none when it reads them all.
 * A choice is bounded when each of its branches is.
 */
export const boundsFor = (shelf: Shelf, query: Query): readonly Filter[] => {
  const conditions = conditionsOf(query);
  const onIndex = [{ ...byId, paths: ['id'] }, ...shelf.indexes.toSorted((a, b) => Number(b.unique) - Number(a.unique))]
    .map((index) => boundsOn(index, conditions))
    .filter((used) => used.size > 0)
    .toSorted((a, b) => b.size - a.size)
    .map(boundsOf);
  const choices = conditions.flatMap((condition): readonly Filter[] => {
    if (condition.query.op !== 'or') return [];
    const branches = condition.query.of.map((branch) => boundsFor(shelf, branch)[0]);
    const known = branches.filter((branch) => branch !== undefined);
    return known.length === branches.length && known.length > 0 ? [{ $or: known }] : [];
  });
  return [...onIndex, ...choices];
};
