import { fold } from '../../../src/kernel/text.ts';
import type { Filter } from '../filter/filter.ts';
import { matchesElement } from '../filter/match.ts';
import { isFolded } from '../filter/operand.ts';
import type { Attribute } from '../schema/attribute.ts';
import { isSame, listOf, oneOf, partOf, valueOf } from '../schema/coerce-value.ts';
import { named, standingFor } from '../schema/resolve.ts';
import { badRequest } from '../schema/scim-error.ts';
import { isList, isObject, isScimObject, member, membersOf, withMember } from '../schema/value.ts';
import type { ScimObject, ScimValue } from '../schema/value.ts';

/** What becomes of one value; undefined where it goes. */
export type Change = (element: ScimValue) => ScimValue | undefined;

export const elementsOf = (value: ScimValue | undefined): readonly ScimValue[] =>
  isList(value) ? value : value === undefined ? [] : [value];

/** The complex value with what is given put into it; what is given as null is taken out. */
export const merged = (attribute: Attribute, before: ScimObject, given: unknown): ScimObject => {
  if (!isObject(given)) return { ...before, ...partOf(attribute, given) };
  const members = membersOf(given);
  return attribute.subAttributes
    .filter(({ name, mutability }) => mutability !== 'readOnly' && members.has(name.toLowerCase()))
    .reduce((value, sub) => withMember(value, sub.name, valueOf(sub, members.get(sub.name.toLowerCase()))), before);
};

/** What is written into one that is there, or into nothing. */
export const put = (attribute: Attribute, sub: Attribute | undefined, given: unknown): Change => {
  if (sub) return (element) => withMember(isScimObject(element) ? element : {}, sub.name, valueOf(sub, given));
  if (attribute.type !== 'complex') return () => oneOf(attribute, given);
  return (element) => merged(attribute, isScimObject(element) ? element : {}, given);
};

/** What every element that meets the filter has in common, where it is nothing but equalities; else undefined. */
export const equalitiesOf = (list: Attribute, filter: Filter): ScimObject | undefined => {
  if (filter.kind === 'and') {
    const parts = filter.of.map((part) => equalitiesOf(list, part));
    return parts.every((part) => part !== undefined) ? (Object.assign({}, ...parts) as ScimObject) : undefined;
  }
  if (filter.kind !== 'compare' || filter.op !== 'eq' || filter.value === null) return undefined;
  const sub = named(list.subAttributes, filter.path.name);
  const value = sub && sub.mutability !== 'readOnly' ? valueOf(sub, filter.value) : undefined;
  return sub && value !== undefined ? { [sub.name]: value } : undefined;
};

const isPrimary = (element: ScimValue | undefined): boolean =>
  isScimObject(element) && member(element, 'primary') === true;

/** The list with a change made to those elements that meet the filter, to all without one. */
export const changedWhere = (
  list: Attribute,
  elements: readonly ScimValue[],
  filter: Filter | undefined,
  change: Change,
): readonly ScimValue[] | undefined => {
  const isMeant = (element: ScimValue): boolean => filter === undefined || matchesElement(list, filter, element);
  const changed = elements.map((element) =>
    isMeant(element) ? { after: change(element), meant: true } : { after: element, meant: false },
  );
  const after = changed.map((one) => one.after).filter((one) => one !== undefined);
  return listOf(list, after, changed.find((one) => one.meant && isPrimary(one.after))?.after);
};

/** The list with these added, as far as they are not there. The primary among them is that of the list. */
export const withAdded = (list: Attribute, elements: readonly ScimValue[], added: readonly ScimValue[]) =>
  listOf(list, [...elements, ...added], added.find(isPrimary) ?? elements.find(isPrimary));

const comparable = (attribute: Attribute | undefined, value: ScimValue | undefined): ScimValue | undefined =>
  attribute && isFolded(attribute) && typeof value === 'string' ? fold(value) : value;

/** Whether an element is the one that a client describes: by its value and type, whatever else it says of it. */
const isDescribed = (list: Attribute, element: ScimValue, described: ScimValue): boolean => {
  if (!isScimObject(element) || !isScimObject(described)) {
    return isSame(comparable(list, element), comparable(list, described));
  }
  const standing = standingFor(list);
  const telling =
    standing && member(described, standing.name) !== undefined ? [standing.name, 'type'] : Object.keys(described);
  return telling.every((name) => {
    const wanted = member(described, name);
    const sub = named(list.subAttributes, name);
    return wanted === undefined || isSame(comparable(sub, member(element, name)), comparable(sub, wanted));
  });
};

/** The list without those that a client describes. */
export const withoutDescribed = (list: Attribute, elements: readonly ScimValue[], given: unknown) => {
  const described = elementsOf(valueOf(list, given));
  return listOf(
    list,
    elements.filter((element) => !described.some((one) => isDescribed(list, element, one))),
  );
};

/** The values that are given for a list, each made to fit. */
export const givenElements = (list: Attribute, given: unknown): readonly ScimValue[] =>
  elementsOf(valueOf(list, given));

export const nothingMeant = () => badRequest('noTarget', 'no value meets the filter of the path');
