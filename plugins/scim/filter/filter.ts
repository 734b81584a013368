/** Comparison operators of RFC 7644 section 3.4.2.2; `pr` stands alone. */
export const comparisons = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;

export type Comparison = (typeof comparisons)[number];

/** A value as it is written in a filter: JSON without lists and objects. */
export type FilterValue = string | number | boolean | null;

/** `[URN ":"] name ["." sub]`, spelt as the client did (RFC 7644 section 3.10). */
export interface AttributePath {
  /** The schema's URN. */
  readonly schema?: string;
  readonly name: string;
  readonly sub?: string;
}

/**
 * A filter as it was written (RFC 7644 section 3.4.2.2); no name in it was looked up yet. `and` and `or` have two parts
 * or more. `valuePath` is about one and the same element of a list: paths within it are names of sub-attributes.
 */
export type Filter =
  | { readonly kind: 'compare'; readonly path: AttributePath; readonly op: Comparison; readonly value: FilterValue }
  | { readonly kind: 'present'; readonly path: AttributePath }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: 'valuePath'; readonly path: AttributePath; readonly of: Filter };
