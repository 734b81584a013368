/** A value a query can compare with. Times are numbers (epoch milliseconds) unless a shape says otherwise. */
export type Scalar = string | number | boolean;

export type Comparison = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/**
 * The query tree, with the operators of a SCIM filter (RFC 7644 section 3.4.2.2). `evaluate.ts` says in code what it
 * means; every engine agrees with it.
 *
 * - Logic is two-valued: an absent value equals nothing. `ne` is exactly `not(eq)`, so that both include the documents
 *   that lack the value. `and()` of nothing is true, `or()` of nothing false.
 * - A path runs through lists and spreads one at its end: a comparison holds when one of the values reached meets it,
 *   `pr` when there is one (an object counts, an empty list does not).
 * - `any` holds when one element of the list at the path is an object that meets all of its conditions; paths inside
 *   are relative to the element. What is not a list has no elements.
 * - Text is compared by its UTF-8 bytes; values of different types are never equal nor ordered; false is less than true.
 */
export type Query =
  | { readonly op: Comparison; readonly path: string; readonly value: Scalar }
  | { readonly op: 'pr'; readonly path: string }
  | { readonly op: 'and' | 'or'; readonly of: readonly Query[] }
  | { readonly op: 'not'; readonly of: Query }
  | { readonly op: 'any'; readonly path: string; readonly of: Query };

/**
 * Order by a path that runs through no list: numbers, then text by UTF-8 bytes, then booleans; absent last in either
 * direction. Ties fall by id, in the direction of the last sort, so that one index serves both directions.
 */
export interface Sort {
  readonly path: string;
  readonly descending?: boolean;
}

/** The part of a sort that decides: an id is unique, so nothing is left to order after it. */
export const tellingSort = (sort: readonly Sort[]): readonly Sort[] =>
  sort.slice(0, sort.findIndex(({ path }) => path === 'id') + 1 || sort.length);

const compare =
  (op: Comparison) =>
  (path: string, value: Scalar): Query => ({ op, path, value });

export const eq = compare('eq');
export const ne = compare('ne');
export const co = compare('co');
export const sw = compare('sw');
export const ew = compare('ew');
export const gt = compare('gt');
export const ge = compare('ge');
export const lt = compare('lt');
export const le = compare('le');
export const pr = (path: string): Query => ({ op: 'pr', path });
export const and = (...of: Query[]): Query => ({ op: 'and', of });
export const or = (...of: Query[]): Query => ({ op: 'or', of });
export const not = (of: Query): Query => ({ op: 'not', of });
export const any = (path: string, of: Query): Query => ({ op: 'any', path, of });

/** Matches every document. */
export const everything: Query = and();
