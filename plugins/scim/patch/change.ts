import type { Attribute } from '../schema/attribute.ts';
import { isSame, listOf, unwrapped, valueOf } from '../schema/coerce-value.ts';
import { badRequest } from '../schema/scim-error.ts';
import { isScimObject } from '../schema/value.ts';
import type { ScimValue } from '../schema/value.ts';
import type { Operation } from './operation.ts';
import type { AttributeTarget } from './target.ts';
import {
  changedWhere,
  elementsOf,
  equalitiesOf,
  givenElements,
  nothingMeant,
  put,
  withAdded,
  withoutDescribed,
} from './values.ts';

type Before = ScimValue | undefined;
type After = ScimValue | undefined;

/** RFC 7644 section 3.5.2.2: what is described in `value` goes, as Entra ID asks for; else all that the path leads to. */
const removed = ({ attribute, filter, sub }: AttributeTarget, value: unknown, before: Before): After => {
  if (before === undefined) return undefined;
  const elements = elementsOf(before);
  if (sub) {
    const without = put(attribute, sub, undefined);
    return attribute.multiValued ? changedWhere(attribute, elements, filter, without) : without(before);
  }
  if (filter) return changedWhere(attribute, elements, filter, () => undefined);
  // An empty list describes nothing: whoever sends it means to remove nobody, and not everybody.
  const isDescribing = attribute.multiValued && value !== undefined && value !== null;
  return isDescribing ? withoutDescribed(attribute, elements, value) : undefined;
};

/**
 * What a path with a filter is about, where nothing meets it: Entra ID and others count on it being made.
 * Throws `ScimError` `noTarget` where the filter does not say what it would be.
 */
const created = (
  { attribute, filter, sub }: AttributeTarget,
  value: unknown,
  elements: readonly ScimValue[],
): After => {
  const equalities = filter && equalitiesOf(attribute, filter);
  if (filter && !equalities) throw nothingMeant();
  const element = put(attribute, sub, value)(equalities ?? {});
  return element === undefined ? listOf(attribute, elements) : withAdded(attribute, elements, [element]);
};

const inList = (target: AttributeTarget, op: 'add' | 'replace', value: unknown, before: Before): After => {
  const { attribute, filter, sub } = target;
  const elements = elementsOf(before);
  if (!filter && !sub) {
    const given = givenElements(attribute, value);
    return op === 'add' ? withAdded(attribute, elements, given) : listOf(attribute, given);
  }
  let meant = 0;
  const write = put(attribute, sub, value);
  // RFC 7644 section 3.5.2.3 has the whole value replaced; what it was chosen by stays, unless it is given anew.
  const chosenBy = op === 'replace' && !sub && filter ? (equalitiesOf(attribute, filter) ?? {}) : undefined;
  const after = changedWhere(attribute, elements, filter, (element) => {
    meant += 1;
    return write(chosenBy ?? element);
  });
  return meant > 0 ? after : created(target, value, elements);
};

const inOne = ({ attribute, sub }: AttributeTarget, value: unknown, before: Before): After => {
  if (sub) return put(attribute, sub, value)(before ?? {});
  if (attribute.type !== 'complex') return valueOf(attribute, value);
  const given = unwrapped(value, attribute.name);
  return given === undefined || given === null || given === ''
    ? undefined
    : put(attribute, undefined, given)(before ?? {});
};

const isNothing = (value: After): boolean => isScimObject(value) && Object.keys(value).length === 0;

const changed = (target: AttributeTarget, { op, value }: Operation, before: Before): After => {
  if (op === 'remove') return removed(target, value, before);
  // Adding nothing adds nothing (RFC 7644 section 3.5.2.1 adds values only).
  if (op === 'add' && value === null) return before;
  return target.attribute.multiValued ? inList(target, op, value, before) : inOne(target, value, before);
};

const mayBe = ({ name, required, lasting, mutability }: Attribute, before: Before, after: After): void => {
  if (after === undefined && (required || lasting)) throw badRequest('mutability', `${name} cannot be removed`);
  if (mutability === 'immutable' && before !== undefined && !isSame(before, after)) {
    throw badRequest('mutability', `${name} cannot be changed`);
  }
};

/** The value of the target's attribute after an operation. Throws `ScimError`. */
export const valueAfter = (target: AttributeTarget, operation: Operation, before: Before): After => {
  const { attribute } = target;
  const value = changed(target, operation, before);
  const after = isNothing(value) ? undefined : value;
  mayBe(attribute, before, after);
  return after;
};
