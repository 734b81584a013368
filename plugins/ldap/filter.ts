import { AppError } from '../../src/kernel/errors.ts';
import { escapedFilterValue } from './escaping.ts';

/** Text is sent in UTF-8, bytes as they are (such as an objectGUID). */
export type FilterValue = string | Buffer;

type Comparison = 'eq' | 'ge' | 'le' | 'approx';

/**
 * A search filter (RFC 4511 section 4.5.1.7). Made by the functions of this file, or read from the configuration by
 * `parsedFilter`; it goes out as BER without ever being text, so that no value can be more than a value.
 */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: Comparison; readonly attribute: string; readonly value: FilterValue }
  | { readonly kind: 'present'; readonly attribute: string }
  | { readonly kind: 'parts'; readonly attribute: string; readonly parts: Substrings }
  | {
      readonly kind: 'matches';
      readonly attribute?: string;
      readonly rule?: string;
      readonly dnAttributes: boolean;
      readonly value: FilterValue;
    };

/** What a value begins with, holds in this order, and ends with. */
export interface Substrings {
  readonly initial?: FilterValue;
  readonly any?: readonly FilterValue[];
  readonly final?: FilterValue;
}

/** A name or an object identifier with options (RFC 4512 section 2.5). */
const ATTRIBUTE = /^([A-Za-z][A-Za-z0-9-]*|\d+(\.\d+)+)(;[A-Za-z0-9-]+)*$/;

const named = (attribute: string): string => {
  if (!ATTRIBUTE.test(attribute)) throw new AppError('internal', 'not the name of an attribute');
  return attribute;
};

const some = (filters: readonly Filter[]): readonly Filter[] => {
  // RFC 4526 gives them a meaning that servers need not know.
  if (filters.length === 0) throw new AppError('internal', 'a filter of no filters');
  return filters;
};

export const and = (...filters: readonly Filter[]): Filter => ({ kind: 'and', of: some(filters) });
export const or = (...filters: readonly Filter[]): Filter => ({ kind: 'or', of: some(filters) });
export const not = (filter: Filter): Filter => ({ kind: 'not', of: filter });

const compare =
  (kind: Comparison) =>
  (attribute: string, value: FilterValue): Filter => ({ kind, attribute: named(attribute), value });

export const eq = compare('eq');
export const ge = compare('ge');
export const le = compare('le');
export const approx = compare('approx');

export const present = (attribute: string): Filter => ({ kind: 'present', attribute: named(attribute) });

/** Values with these pieces, in this order. */
export const substrings = (attribute: string, parts: Substrings): Filter => {
  if (parts.initial === undefined && parts.final === undefined && !parts.any?.length) return present(attribute);
  return { kind: 'parts', attribute: named(attribute), parts };
};

/** By a matching rule, such as 1.2.840.113556.1.4.803 (all bits) or 1.2.840.113556.1.4.1941 (in a chain of groups). */
export const matches = (
  attribute: string | undefined,
  rule: string | undefined,
  value: FilterValue,
  dnAttributes = false,
): Filter => ({
  kind: 'matches',
  ...(attribute === undefined ? {} : { attribute: named(attribute) }),
  ...(rule === undefined ? {} : { rule: named(rule) }),
  dnAttributes,
  value,
});

const operators: Readonly<Record<Comparison, string>> = { eq: '=', ge: '>=', le: '<=', approx: '~=' };

const partsText = ({ initial = '', any = [], final = '' }: Substrings): string =>
  [initial, ...any, final].map(escapedFilterValue).join('*');

/** The filter as text (RFC 4515), for people and logs. */
export const filterText = (filter: Filter): string => {
  switch (filter.kind) {
    case 'and':
      return `(&${filter.of.map(filterText).join('')})`;
    case 'or':
      return `(|${filter.of.map(filterText).join('')})`;
    case 'not':
      return `(!${filterText(filter.of)})`;
    case 'present':
      return `(${filter.attribute}=*)`;
    case 'parts':
      return `(${filter.attribute}=${partsText(filter.parts)})`;
    case 'matches': {
      const { attribute = '', rule, dnAttributes, value } = filter;
      const how = `${dnAttributes ? ':dn' : ''}${rule === undefined ? '' : `:${rule}`}`;
      return `(${attribute}${how}:=${escapedFilterValue(value)})`;
    }
    default:
      return `(${filter.attribute}${operators[filter.kind]}${escapedFilterValue(filter.value)})`;
  }
};
