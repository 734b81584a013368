import type { AttributePatch, Attributes } from '../../../src/plugin.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { member } from '../schema/value.ts';
import type { ScimAttributes } from '../schema/value.ts';
import { fieldsOf } from './write.ts';

/** What a person becomes by these attributes: for `people.updating`, which unassigns what is undefined. */
export const personPatch = (type: ResourceType, attributes: ScimAttributes): AttributePatch => {
  const { active, ...fields } = fieldsOf(type, attributes) as AttributePatch;
  return active === undefined ? fields : { ...fields, active };
};

/** What a new person is made of: for `people.creating`. */
export const newPerson = (
  type: ResourceType,
  attributes: ScimAttributes,
): Omit<Attributes, 'active'> & { readonly active?: boolean } => {
  const entries = Object.entries(personPatch(type, attributes)).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as unknown as Attributes;
};

/** The password that a client sends along, which no document holds. */
export const passwordIn = (attributes: ScimAttributes): string | undefined => {
  const password = member(attributes, 'password');
  return typeof password === 'string' ? password : undefined;
};
