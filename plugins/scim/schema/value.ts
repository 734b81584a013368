import { badRequest } from './scim-error.ts';

/** A value of an attribute as SCIM writes it in JSON; absent instead of null (RFC 7643 section 2.5). */
export type ScimValue = string | number | boolean | ScimObject | readonly ScimValue[];

export interface ScimObject {
  readonly [name: string]: ScimValue;
}

/**
 * What a client may write of a resource, checked: names as the schema spells them, attributes of an extension under its
 * URN, no empty lists or objects.
 */
export type ScimAttributes = ScimObject;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isScimObject = (value: ScimValue | undefined): value is ScimObject => isObject(value);

export const isList = (value: ScimValue | undefined): value is readonly ScimValue[] => Array.isArray(value);

/**
 * Own members by their names in lower case. Of names that differ in case only no reader knows which one another reader
 * takes, so they are refused like names that are there twice. Throws `ScimError` `invalidSyntax`.
 */
export const membersOf = (value: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> => {
  const entries = Object.entries(value);
  const members = new Map(entries.map(([name, member]) => [name.toLowerCase(), member]));
  if (members.size < entries.length) throw badRequest('invalidSyntax', 'an object has a name twice');
  return members;
};

/** An own member: names that every object inherits are none. */
export const member = (value: ScimObject, name: string): ScimValue | undefined =>
  Object.hasOwn(value, name) ? value[name] : undefined;

/** The object with that member, or without it. */
export const withMember = (value: ScimObject, name: string, next: ScimValue | undefined): ScimObject => {
  const { [name]: _before, ...others } = value;
  return next === undefined ? others : { ...others, [name]: next };
};
