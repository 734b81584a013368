import { fold } from '../../../src/kernel/text.ts';
import type { Attribute } from '../schema/attribute.ts';
import { momentOf } from '../schema/moment.ts';
import { named } from '../schema/resolve.ts';
import { isScimObject, member } from '../schema/value.ts';
import type { ScimValue } from '../schema/value.ts';
import type { Comparison, Filter } from './filter.ts';
import { asksForNone, isFolded, isPrimary, operand } from './operand.ts';
import { invalid } from './token.ts';

type Comparable = string | number | boolean;

const comparable = (attribute: Attribute, value: ScimValue): Comparable | undefined => {
  if (typeof value === 'object') return undefined;
  if (typeof value !== 'string') return value;
  if (attribute.type === 'dateTime') return momentOf(value);
  return isFolded(attribute) ? fold(value) : value;
};

const order = (a: Comparable, b: Comparable): number => {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Number(a) - Number(b);
};

const holds = (op: Comparison, found: Comparable, wanted: Comparable): boolean => {
  switch (op) {
    case 'eq':
      return found === wanted;
    case 'ne':
      return found !== wanted;
    case 'co':
      return String(found).includes(String(wanted));
    case 'sw':
      return String(found).startsWith(String(wanted));
    case 'ew':
      return String(found).endsWith(String(wanted));
    case 'gt':
      return order(found, wanted) > 0;
    case 'ge':
      return order(found, wanted) >= 0;
    case 'lt':
      return order(found, wanted) < 0;
    case 'le':
      return order(found, wanted) <= 0;
  }
};

/** A simple value of a list is its own `value` (RFC 7643 section 2.4). */
const subOf = (list: Attribute, name: string): Attribute => {
  const sub = list.type === 'complex' ? named(list.subAttributes, name) : undefined;
  if (sub) return sub;
  if (list.type !== 'complex' && name.toLowerCase() === 'value') return list;
  throw invalid(`${list.name} has no ${name}`);
};

/** Throws `ScimError` `invalidFilter` where a filter in brackets names what the list's values do not have. */
export const mustFit = (list: Attribute, filter: Filter): void => {
  switch (filter.kind) {
    case 'and':
    case 'or':
      for (const part of filter.of) mustFit(list, part);
      return;
    case 'not':
      mustFit(list, filter.of);
      return;
    case 'valuePath':
      throw invalid('brackets cannot stand in brackets');
    default: {
      const sub = subOf(list, filter.path.name);
      if (filter.kind === 'present') return;
      if (filter.value === null) asksForNone(filter.op);
      else operand(sub, filter.op, filter.value);
    }
  }
};

/**
 * Whether an element of a list meets a filter that stands in brackets after the list's name.
 * Throws `ScimError` `invalidFilter`.
 */
export const matchesElement = (list: Attribute, filter: Filter, element: ScimValue): boolean => {
  switch (filter.kind) {
    case 'and':
      return filter.of.every((part) => matchesElement(list, part, element));
    case 'or':
      return filter.of.some((part) => matchesElement(list, part, element));
    case 'not':
      return !matchesElement(list, filter.of, element);
    case 'valuePath':
      throw invalid('brackets cannot stand in brackets');
    default: {
      const sub = subOf(list, filter.path.name);
      const value = isScimObject(element) ? member(element, sub.name) : element;
      const known = value === undefined ? undefined : comparable(sub, value);
      const found = filter.kind === 'compare' && filter.value !== null && isPrimary(sub) ? (known ?? false) : known;
      if (filter.kind === 'present') return found !== undefined;
      if (filter.value === null) return asksForNone(filter.op) === (found === undefined);
      const wanted = operand(sub, filter.op, filter.value);
      return found === undefined ? filter.op === 'ne' : holds(filter.op, found, wanted);
    }
  }
};
