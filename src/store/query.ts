/** A value a query can compare with. Times are numbers (epoch milliseconds) unless a shape says otherwise. */
export type Scalar = string | number | boolean;

export type Comparison = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/**
 * The query tree, with the operators of a SCIM filter (RFC 7644 section 3.4.2.2). Logic is two-valued: an absent value
 * equals nothing, so `ne` and `not` include the documents that lack it. On a list, a comparison holds when one element
 * meets it, and `any` when one element meets all of its conditions (paths inside are relative to the element).
 * Text is compared by its UTF-8 bytes; values of different types are never equal nor ordered.
 */
export type Query =
  | { readonly op: Comparison; readonly path: string; readonly value: Scalar }
  | { readonly op: 'pr'; readonly path: string }
  | { readonly op: 'and' | 'or'; readonly of: readonly Query[] }
  | { readonly op: 'not'; readonly of: Query }
  | { readonly op: 'any'; readonly path: string; readonly of: Query };

/** Order by a path, by UTF-8 bytes, absent last in either direction; ties fall by id. */
export interface Sort {
  readonly path: string;
  readonly descending?: boolean;
}

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
