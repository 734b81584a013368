import { everything } from '../query.ts';
import type { Query } from '../query.ts';
import { allOf, toFilter } from './filter.ts';
import type { Filter } from './filter.ts';

/** One of the conditions that must all hold, and what an index can make of it. */
export interface Condition {
  readonly query: Query;
  /** The part that an index may decide. */
  readonly decidable: Query;
  /** Paths held to one value. */
  readonly pins: readonly string[];
  /** Path held to a stretch of values. */
  readonly range?: string;
  /** False when something is left to check on each document. */
  readonly whole: boolean;
}

const conjunctsOf = (query: Query): readonly Query[] => (query.op === 'and' ? query.of.flatMap(conjunctsOf) : [query]);

const undecidable = (query: Query): Condition => ({ query, decidable: everything, pins: [], whole: false });

/** On an element of a list: either what pins its fields, or the first stretch. */
const ofElement = (query: Query & { op: 'any' }): Condition => {
  const inner = conditionsOf(query.of);
  const pinning = inner.filter(({ pins }) => pins.length > 0);
  const used = pinning.length > 0 ? pinning : inner.filter(({ range }) => range !== undefined).slice(0, 1);
  const inside = (path: string): string => `${query.path}.${path}`;
  const [first] = used;
  if (!first) return undecidable(query);
  return {
    query,
    decidable: { op: 'any', path: query.path, of: { op: 'and', of: used.map(({ decidable }) => decidable) } },
    pins: pinning.flatMap(({ pins }) => pins.map(inside)),
    ...(first.range === undefined ? {} : { range: inside(first.range) }),
    whole: used.length === inner.length && used.every(({ whole }) => whole),
  };
};

const conditionOf = (query: Query): Condition => {
  switch (query.op) {
    case 'eq':
      return { query, decidable: query, pins: [query.path], whole: true };
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
    case 'sw':
      return { query, decidable: query, pins: [], range: query.path, whole: true };
    case 'any':
      return ofElement(query);
    default:
      return undecidable(query);
  }
};

export const conditionsOf = (query: Query): readonly Condition[] => conjunctsOf(query).map(conditionOf);

/** True when the condition bounds what stands at the path. */
export const isOn = (path: string, { pins, range }: Condition): boolean => range === path || pins.includes(path);

/** What the index decides of the conditions it is used for. */
export const boundsOf = (used: ReadonlySet<Condition>): Filter =>
  allOf([...used].map(({ decidable }) => toFilter(decidable)));

/** What is left to check on each document that an index gives; undefined for nothing. */
export const residualOf = (all: readonly Condition[], used: ReadonlySet<Condition>): Filter | undefined => {
  const left = all.filter((condition) => !(condition.whole && used.has(condition)));
  return left.length === 0 ? undefined : allOf(left.map(({ query }) => toFilter(query)));
};
