import type { Attribute, ResourceType, Schema } from '../schema/attribute.ts';
import { commonAttributes } from '../schema/common-attributes.ts';
import { named } from '../schema/resolve.ts';
import { isObject } from '../schema/value.ts';

/** Something in a resource that is not stored, and why. */
export interface Ignored {
  readonly at: string;
  readonly why: string;
}

const UNKNOWN = 'no attribute of that name is known';
const READ_ONLY = 'it is read-only: it follows from something else';
const NO_SCHEMA = 'no schema of that name is known: declare it under plugins.scim.extensions';
const NO_PASSWORDS = 'passwords are not taken from clients: see plugins.scim.passwords';

const inValue = (attribute: Attribute, value: unknown, at: string): readonly Ignored[] => {
  if (attribute.type !== 'complex') return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const found = list.flatMap((one) => (isObject(one) ? inObject(attribute.subAttributes, one, `${at}.`) : []));
  return found.filter(({ at: place }, position) => found.findIndex((one) => one.at === place) === position);
};

const inObject = (attributes: readonly Attribute[], given: object, before: string): readonly Ignored[] =>
  Object.entries(given).flatMap(([name, value]): readonly Ignored[] => {
    const at = `${before}${name}`;
    const attribute = named(attributes, name);
    if (!attribute) return [{ at, why: UNKNOWN }];
    return attribute.mutability === 'readOnly' ? [{ at, why: READ_ONLY }] : inValue(attribute, value, at);
  });

/** What a resource has that is not stored. */
export const ignoredIn = (
  type: ResourceType,
  given: Readonly<Record<string, unknown>>,
  passwords: boolean,
): readonly Ignored[] =>
  Object.entries(given).flatMap(([name, value]): readonly Ignored[] => {
    const known = name.toLowerCase();
    if (known === 'schemas') return [];
    if (known === 'password' && !passwords) return [{ at: name, why: NO_PASSWORDS }];
    const extension = type.extensions.find(({ id }: Schema) => id.toLowerCase() === known);
    if (extension) return isObject(value) ? inObject(extension.attributes, value, `${name}:`) : [];
    if (name.includes(':')) return [{ at: name, why: NO_SCHEMA }];
    return inObject([...commonAttributes, ...type.schema.attributes], { [name]: value }, '');
  });
