import type { AttributePath } from '../filter/filter.ts';
import type { Attribute, ResourceType, Schema } from './attribute.ts';
import { commonAttributes } from './common-attributes.ts';

/** An attribute that a path names, with the schema it belongs to. */
export interface Resolved {
  readonly schema: Schema;
  readonly attribute: Attribute;
  readonly sub?: Attribute;
}

/** Names of attributes are compared without regard to case (RFC 7643 section 2.1). */
export const named = (attributes: readonly Attribute[], name: string): Attribute | undefined => {
  const wanted = name.toLowerCase();
  return attributes.find((attribute) => attribute.name.toLowerCase() === wanted);
};

/** The schema of that URN; the core one for none. */
export const schemaOf = (type: ResourceType, urn: string | undefined): Schema | undefined => {
  if (urn === undefined) return type.schema;
  const wanted = urn.toLowerCase();
  return [type.schema, ...type.extensions].find(({ id }) => id.toLowerCase() === wanted);
};

/** What a path names in this kind of resource, or undefined where it names nothing (RFC 7644 section 3.10). */
export const resolve = (
  type: ResourceType,
  { schema: urn, name, sub: subName }: AttributePath,
): Resolved | undefined => {
  const schema = schemaOf(type, urn);
  if (!schema) return undefined;
  const attribute = named(
    schema === type.schema ? [...commonAttributes, ...schema.attributes] : schema.attributes,
    name,
  );
  if (!attribute) return undefined;
  if (subName === undefined) return { schema, attribute };
  const sub = named(attribute.subAttributes, subName);
  return sub && { schema, attribute, sub };
};

/** The sub-attribute that stands for a whole complex value where none is named (RFC 7643 section 2.4). */
export const standingFor = ({ subAttributes }: Attribute): Attribute | undefined =>
  subAttributes.find(({ name }) => name === 'value');
