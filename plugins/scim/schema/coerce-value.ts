import { isDeepStrictEqual } from 'node:util';
import { fold, isStorable } from '../../../src/kernel/text.ts';
import type { Attribute } from './attribute.ts';
import { momentOf } from './moment.ts';
import { standingFor } from './resolve.ts';
import { badRequest } from './scim-error.ts';
import type { ScimError } from './scim-error.ts';
import { isReference } from './uri.ts';
import { isObject, isScimObject, member, membersOf } from './value.ts';
import type { ScimObject, ScimValue } from './value.ts';

const LONGEST = 1024;
const MOST_VALUES = 100;

const refused = (at: string, what: string): ScimError => badRequest('invalidValue', `${at} ${what}`);

const textOf = (attribute: Attribute, given: unknown, at: string): string | undefined => {
  const { accepts, longest = LONGEST } = attribute;
  if (typeof given !== 'string') throw refused(at, 'is not a string');
  // Only what others must read as a name or an address is trimmed: any other text is the client's own.
  const text = accepts ? given.trim() : given;
  if (text === '') return undefined;
  if (text.length > longest) throw refused(at, `has more than ${longest} characters`);
  if (!isStorable(text)) throw refused(at, 'has characters that no text can have');
  if (attribute.type === 'reference' && !isReference(text))
    throw refused(at, 'is not a URI, or of a scheme that is not taken');
  if (accepts && !accepts(text)) throw refused(at, 'is not of the form it must have');
  return text;
};

/** Entra ID writes `"True"` and `"False"`. */
const booleanOf = (given: unknown, at: string): boolean | undefined => {
  if (typeof given === 'boolean') return given;
  const written = typeof given === 'string' ? given.toLowerCase() : given;
  if (written === '') return undefined;
  if (written !== 'true' && written !== 'false') throw refused(at, 'is neither true nor false');
  return written === 'true';
};

const numberOf = ({ type }: Attribute, given: unknown, at: string): number => {
  if (typeof given !== 'number' || !Number.isFinite(given)) throw refused(at, 'is not a number');
  if (type === 'integer' && !Number.isSafeInteger(given)) throw refused(at, 'is not an integer');
  return given;
};

const momentText = (given: unknown, at: string): string => {
  const moment = typeof given === 'string' ? momentOf(given) : undefined;
  if (moment === undefined) throw refused(at, 'is not a dateTime');
  return new Date(moment).toISOString();
};

const simple = (attribute: Attribute, given: unknown, at: string): ScimValue | undefined => {
  switch (attribute.type) {
    case 'boolean':
      return booleanOf(given, at);
    case 'integer':
    case 'decimal':
      return numberOf(attribute, given, at);
    case 'dateTime':
      return momentText(given, at);
    default:
      return textOf(attribute, given, at);
  }
};

/** Those sub-attributes that a client may write; undefined when there is none. */
const structure = (
  attribute: Attribute,
  given: Readonly<Record<string, unknown>>,
  at: string,
): ScimObject | undefined => {
  const members = membersOf(given);
  const entries = attribute.subAttributes.flatMap((sub) => {
    const value =
      sub.mutability === 'readOnly'
        ? undefined
        : valueOf(sub, members.get(sub.name.toLowerCase()), `${at}.${sub.name}`);
    return value === undefined ? [] : [[sub.name, value] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
};

/** A complex value whose parts may be fewer than it needs: what is given to be put into one that is there. */
export const partOf = (attribute: Attribute, given: unknown, at = attribute.name): ScimObject | undefined => {
  if (given === undefined || given === null || given === '') return undefined;
  if (isObject(given)) return structure(attribute, given, at);
  const standing = standingFor(attribute);
  // `manager` and the values of a list may come as the bare value, as Entra ID and others write them.
  if (standing && !Array.isArray(given)) return structure(attribute, { [standing.name]: given }, at);
  throw refused(at, 'is not a complex value');
};

/** A whole complex value: one that is about a `value` and has none is nothing. */
const complexOf = (attribute: Attribute, given: unknown, at: string): ScimObject | undefined => {
  const part = partOf(attribute, given, at);
  const standing = standingFor(attribute);
  return part && standing && member(part, standing.name) === undefined ? undefined : part;
};

/** Clients of before RFC 7644 wrap every value into `[{"value": …}]`. */
export const unwrapped = (given: unknown, at: string): unknown => {
  if (!Array.isArray(given)) return given;
  if (given.length > 1) throw refused(at, 'has one value only');
  return given[0] as unknown;
};

/** What a client wrapped that takes every attribute for a complex one; another object is no value of a simple one. */
const bare = (given: unknown): unknown => {
  const members = isObject(given) ? membersOf(given) : undefined;
  return members?.has('value') ? members.get('value') : given;
};

/** One value of the attribute, for a list one element; undefined for what means unassigned. Throws `ScimError` `invalidValue`. */
export const oneOf = (attribute: Attribute, given: unknown, at = attribute.name): ScimValue | undefined => {
  if (given === undefined || given === null) return undefined;
  if (attribute.type === 'complex') return complexOf(attribute, given, at);
  const value = bare(given);
  return value === undefined || value === null ? undefined : simple(attribute, value, at);
};

const textAt = (element: ScimObject, name: string): string => {
  const value = member(element, name);
  return typeof value === 'string' ? value : '';
};

/** What tells two elements apart: value and type, or all of it but which is primary (RFC 7643 section 2.4). */
export const identity = (attribute: Attribute, element: ScimValue): string => {
  if (!isScimObject(element)) return JSON.stringify(element);
  const value = member(element, 'value');
  if (value === undefined) {
    const telling = Object.entries(element).filter(([name]) => name !== 'primary');
    return JSON.stringify(telling.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
  const exact = standingFor(attribute)?.caseExact ?? true;
  return JSON.stringify([exact ? value : fold(textAt(element, 'value')), fold(textAt(element, 'type'))]);
};

const isPrimary = (element: ScimValue): boolean => isScimObject(element) && member(element, 'primary') === true;

const demoted = (element: ScimValue): ScimValue => (isScimObject(element) ? { ...element, primary: false } : element);

/**
 * A list as it may stand: no value twice, the first of equals kept, and one primary at most (RFC 7643 section 2.4): that of
 * `leading` or, without it, the first. Undefined for an empty one. Throws `ScimError` `invalidValue`.
 */
export const listOf = (
  attribute: Attribute,
  elements: readonly ScimValue[],
  leading = elements.find(isPrimary),
): readonly ScimValue[] | undefined => {
  const { mostValues = MOST_VALUES, name } = attribute;
  const kept = new Map<string, ScimValue>();
  for (const element of elements) {
    const known = identity(attribute, element);
    const before = kept.get(known);
    if (before === undefined) kept.set(known, element);
    else if (element === leading && isScimObject(before) && isScimObject(element))
      kept.set(known, { ...before, ...element });
  }
  if (kept.size > mostValues) throw refused(name, `has more than ${mostValues} values`);
  const leader = leading && kept.get(identity(attribute, leading));
  const list = [...kept.values()].map((one) => (isPrimary(one) && one !== leader ? demoted(one) : one));
  return list.length === 0 ? undefined : list;
};

/**
 * A value as a client gives it for an attribute, made to fit; undefined where it means unassigned: null, an empty list,
 * an empty text. Throws `ScimError` `invalidValue`.
 */
export const valueOf = (attribute: Attribute, given: unknown, at = attribute.name): ScimValue | undefined => {
  if (!attribute.multiValued) return oneOf(attribute, unwrapped(given, at), at);
  const { mostValues = MOST_VALUES } = attribute;
  const values: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (values.length > mostValues) throw refused(at, `has more than ${mostValues} values`);
  return listOf(
    attribute,
    values.map((value) => oneOf(attribute, value, at)).filter((value) => value !== undefined),
  );
};

export const isSame = (a: ScimValue | undefined, b: ScimValue | undefined): boolean => isDeepStrictEqual(a, b);
