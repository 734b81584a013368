import type { Attribute, ResourceType, Schema } from '../schema/attribute.ts';
import { isObject } from '../schema/value.ts';
import type { ScimAttributes, ScimObject, ScimValue } from '../schema/value.ts';

const own = (from: unknown, name: string): unknown =>
  isObject(from) && Object.hasOwn(from, name) ? from[name] : undefined;

const at = (from: unknown, field: string): unknown => (field === '' ? from : field.split('.').reduce(own, from));

type Choice = (attribute: Attribute) => boolean;

const simple = ({ type }: Attribute, value: unknown): ScimValue | undefined => {
  if (type === 'dateTime') return typeof value === 'number' ? new Date(value).toISOString() : undefined;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
};

const structure = (attributes: readonly Attribute[], from: unknown, chosen: Choice): ScimObject | undefined => {
  const entries = attributes.flatMap((attribute) => {
    const value = chosen(attribute) ? valueIn(from, attribute, chosen) : undefined;
    return value === undefined ? [] : [[attribute.name, value] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
};

const oneIn = (attribute: Attribute, value: unknown, chosen: Choice): ScimValue | undefined =>
  attribute.type === 'complex' ? structure(attribute.subAttributes, value, chosen) : simple(attribute, value);

/** The attribute's value in a document or, for a sub-attribute, in its parent. */
const valueIn = (from: unknown, attribute: Attribute, chosen: Choice): ScimValue | undefined => {
  if (attribute.field === undefined) return undefined;
  const value = at(from, attribute.field);
  if (value === undefined || !attribute.multiValued) return oneIn(attribute, value, chosen);
  const list = Array.isArray(value) ? value.map((one: unknown) => oneIn(attribute, one, chosen)) : [];
  const present = list.filter((one) => one !== undefined);
  return present.length === 0 ? undefined : present;
};

/** The attributes of one schema that a document has. */
export const schemaValues = (schema: Schema, document: object, chosen: Choice = () => true): ScimObject | undefined =>
  structure(schema.attributes, document, chosen);

/** The attributes among these that a document has, of every resource. */
export const valuesOf = (attributes: readonly Attribute[], document: object): ScimObject =>
  structure(attributes, document, () => true) ?? {};

const isWritable: Choice = ({ mutability }) => mutability !== 'readOnly';

/** What of a document its clients may write, as `coerce` would give it: what a PUT is compared with, and a PATCH changes. */
export const attributesIn = (
  type: ResourceType,
  document: object & { readonly externalId?: string },
): ScimAttributes => {
  const extensions = type.extensions.flatMap((schema) => {
    const values = schemaValues(schema, document, isWritable);
    return values ? [[schema.id, values] as const] : [];
  });
  return {
    ...(document.externalId !== undefined && { externalId: document.externalId }),
    ...schemaValues(type.schema, document, isWritable),
    ...Object.fromEntries(extensions),
  };
};
