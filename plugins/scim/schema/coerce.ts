import type { Attribute, ResourceType, Schema } from './attribute.ts';
import { isSame, valueOf } from './coerce-value.ts';
import { commonAttributes } from './common-attributes.ts';
import { badRequest } from './scim-error.ts';
import { isObject, isScimObject, member, membersOf } from './value.ts';
import type { ScimAttributes, ScimObject, ScimValue } from './value.ts';

/** The attributes of a schema that a client may write. */
export const writableOf = (type: ResourceType, schema: Schema): readonly Attribute[] =>
  [...(schema === type.schema ? commonAttributes : []), ...schema.attributes].filter(
    ({ mutability }) => mutability !== 'readOnly',
  );

/** What becomes of one attribute when the whole resource is written. */
const written = (attribute: Attribute, given: unknown, before: ScimValue | undefined): ScimValue | undefined => {
  const value = valueOf(attribute, given);
  if (attribute.mutability === 'immutable' && before !== undefined) {
    if (value !== undefined && !isSame(value, before)) {
      throw badRequest('mutability', `${attribute.name} cannot be changed`);
    }
    return before;
  }
  if (value === undefined && attribute.required) throw badRequest('invalidValue', `${attribute.name} is required`);
  // Whoever is disabled is not enabled by a client that does not know the attribute.
  return value ?? (attribute.lasting ? before : undefined);
};

const coerceSchema = (
  attributes: readonly Attribute[],
  given: Readonly<Record<string, unknown>>,
  before: ScimObject,
): ScimObject => {
  const members = membersOf(given);
  return Object.fromEntries(
    attributes.flatMap((attribute) => {
      const { name } = attribute;
      const value = written(attribute, members.get(name.toLowerCase()), member(before, name));
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
};

/**
 * A resource as a client sends it in a POST, or in a PUT to one that is `before`: names in any case, readOnly and unknown
 * attributes ignored, null and empty lists unassigned, booleans also as text (RFC 7644 sections 3.3 and 3.5.1).
 * Throws `ScimError` `invalidValue`, `mutability` or `invalidSyntax`.
 */
export const coerce = (type: ResourceType, resource: unknown, before: ScimAttributes = {}): ScimAttributes => {
  if (!isObject(resource)) throw badRequest('invalidSyntax', 'a resource is an object of JSON');
  const members = membersOf(resource);
  const extensions = type.extensions.flatMap((schema) => {
    const given = members.get(schema.id.toLowerCase()) ?? {};
    if (!isObject(given)) throw badRequest('invalidValue', `${schema.id} is not a complex value`);
    const known = member(before, schema.id);
    const value = coerceSchema(writableOf(type, schema), given, isScimObject(known) ? known : {});
    return Object.keys(value).length === 0 ? [] : [[schema.id, value] as const];
  });
  return { ...coerceSchema(writableOf(type, type.schema), resource, before), ...Object.fromEntries(extensions) };
};
