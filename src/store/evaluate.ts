import type { Doc } from './port.ts';
import type { Comparison, Query, Scalar, Sort } from './query.ts';

/**
 * What a query means, in plain code: the judge of every engine, and what is left of a query when no index decides it.
 */

export type Json = Scalar | null | undefined | readonly Json[] | { readonly [name: string]: Json };

const isObject = (value: Json): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isScalarValue = (value: Json): value is Scalar =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** Adds what stands at the end of the names to `reached`; several values where the way runs through a list. */
const walk = (from: Json, names: readonly string[], at: number, reached: Json[]): void => {
  const name = names[at];
  if (name === undefined) {
    reached.push(from);
  } else if (isList(from)) {
    for (const element of from) if (isObject(element)) walk(element, names, at, reached);
  } else if (isObject(from) && Object.hasOwn(from, name)) {
    walk(from[name], names, at + 1, reached);
  }
};

/** What stands at the path, before a list at its end is spread. */
const reach = (from: Json, path: string): readonly Json[] => {
  const reached: Json[] = [];
  walk(from, path.split('.'), 0, reached);
  return reached;
};

/** Every value at the path, each element of a list for itself. */
export const valuesAt = (doc: object, path: string): readonly Json[] => {
  const reached = reach(doc as Json, path);
  const values = reached.some(isList) ? reached.flatMap((value) => (isList(value) ? value : [value])) : reached;
  return values.filter((value) => value !== undefined && value !== null);
};

const typeRank = { number: 0, string: 1, boolean: 2 } as const;
const rank = (value: Scalar): number => typeRank[typeof value as keyof typeof typeRank];

/** From where on the order of UTF-16 is not that of UTF-8. */
const BEYOND = /[\uD800-\uFFFF]/;

const ofText = (a: string, b: string): number => {
  if (a === b) return 0;
  if (BEYOND.test(a) || BEYOND.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
};

/** The one order: numbers, then text by UTF-8 bytes, then false and true. Negative, zero or positive. */
export const compareScalars = (a: Scalar, b: Scalar): number => {
  if (typeof a === 'string' && typeof b === 'string') return ofText(a, b);
  return typeof a === typeof b ? Number(a) - Number(b) : rank(a) - rank(b);
};

const compare = (op: Comparison, found: Scalar, value: Scalar): boolean => {
  if (typeof found !== typeof value) return false;
  switch (op) {
    case 'eq':
    case 'ne':
      return found === value;
    case 'co':
      return typeof found === 'string' && found.includes(String(value));
    case 'sw':
      return typeof found === 'string' && found.startsWith(String(value));
    case 'ew':
      return typeof found === 'string' && found.endsWith(String(value));
    case 'gt':
      return compareScalars(found, value) > 0;
    case 'ge':
      return compareScalars(found, value) >= 0;
    case 'lt':
      return compareScalars(found, value) < 0;
    case 'le':
      return compareScalars(found, value) <= 0;
  }
};

/** Whether the document meets the query. */
export const matches = (query: Query, doc: object): boolean => {
  switch (query.op) {
    case 'and':
      return query.of.every((part) => matches(part, doc));
    case 'or':
      return query.of.some((part) => matches(part, doc));
    case 'not':
      return !matches(query.of, doc);
    case 'pr':
      return valuesAt(doc, query.path).length > 0;
    case 'any':
      return reach(doc as Json, query.path)
        .filter(isList)
        .some((list) => list.some((element) => isObject(element) && matches(query.of, element)));
    default: {
      const met = valuesAt(doc, query.path).some(
        (found) => isScalarValue(found) && compare(query.op, found, query.value),
      );
      return query.op === 'ne' ? !met : met;
    }
  }
};

/** What a document is ordered by: a value or undefined for each sort. */
export const sortKey = (doc: object, sort: readonly Sort[]): readonly (Scalar | undefined)[] =>
  sort.map(({ path }) => valuesAt(doc, path).find(isScalarValue));

export interface Place {
  readonly key: readonly (Scalar | undefined)[];
  readonly id: string;
}

export const placeOf = (doc: Doc, sort: readonly Sort[]): Place => ({ key: sortKey(doc, sort), id: doc.id });

/** Compares places in the order asked for: absent last in both directions, ties by id in the direction of the last sort. */
export const comparePlaces =
  (sort: readonly Sort[]) =>
  (a: Place, b: Place): number => {
    for (const [position, { descending = false }] of sort.entries()) {
      const [left, right] = [a.key[position], b.key[position]];
      if (left === undefined || right === undefined) {
        if (left !== right) return left === undefined ? 1 : -1;
        continue;
      }
      const order = compareScalars(left, right);
      if (order !== 0) return descending ? -order : order;
    }
    const tie = ofText(a.id, b.id);
    return sort.at(-1)?.descending === true ? -tie : tie;
  };
