import type { ResourceType, Schema } from './attribute.ts';
import { isScimObject, member, withMember } from './value.ts';
import type { ScimAttributes, ScimObject } from './value.ts';

/** What a resource has of one schema: those of extensions lie under their URN. */
export const valuesOf = (type: ResourceType, attributes: ScimAttributes, schema: Schema): ScimObject => {
  const values = schema === type.schema ? attributes : member(attributes, schema.id);
  return isScimObject(values) ? values : {};
};

/** The resource with these of one schema. */
export const withValues = (
  type: ResourceType,
  attributes: ScimAttributes,
  schema: Schema,
  values: ScimObject,
): ScimAttributes => {
  if (schema === type.schema) return values;
  return withMember(attributes, schema.id, Object.keys(values).length === 0 ? undefined : values);
};
