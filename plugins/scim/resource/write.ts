import type { Attribute, ResourceType } from '../schema/attribute.ts';
import { writableOf } from '../schema/coerce.ts';
import { momentOf } from '../schema/moment.ts';
import { isList, isScimObject, member } from '../schema/value.ts';
import type { ScimAttributes, ScimValue } from '../schema/value.ts';

type Fields = Readonly<Record<string, unknown>>;

const stored = (attribute: Attribute, value: ScimValue): unknown => {
  if (isList(value)) return value.map((one) => stored(attribute, one));
  if (attribute.type === 'dateTime') return typeof value === 'string' ? momentOf(value) : value;
  if (!isScimObject(value)) return value;
  return Object.fromEntries(
    attribute.subAttributes.flatMap((sub) => {
      const part = member(value, sub.name);
      return part === undefined || sub.field === undefined ? [] : [[sub.field, stored(sub, part)]];
    }),
  );
};

/** The fields with that value put at a path; what is unassigned stands as undefined at the top and is left out beneath. */
const put = (fields: Fields, [name = '', ...beneath]: readonly string[], value: unknown): Fields => {
  if (beneath.length === 0) return { ...fields, [name]: value };
  const inner = Object.hasOwn(fields, name) ? (fields[name] as Fields | undefined) : undefined;
  if (value === undefined) return { ...fields, [name]: inner };
  return { ...fields, [name]: put(inner ?? {}, beneath, value) };
};

/**
 * The fields of a document that clients may write, each with its value, or undefined where the attributes have none: a
 * patch that makes the document what the attributes say. What no document holds (`password`, `members`) is not among them.
 */
export const fieldsOf = (type: ResourceType, attributes: ScimAttributes): Fields =>
  [type.schema, ...type.extensions].reduce<Fields>((fields, schema) => {
    const values = schema === type.schema ? attributes : member(attributes, schema.id);
    return writableOf(type, schema).reduce<Fields>((known, attribute) => {
      if (attribute.field === undefined) return known;
      const value = isScimObject(values) ? member(values, attribute.name) : undefined;
      return put(known, attribute.field.split('.'), value === undefined ? undefined : stored(attribute, value));
    }, fields);
  }, {});
