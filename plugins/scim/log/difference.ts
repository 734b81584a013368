import { isDeepStrictEqual } from 'node:util';
import type { Attribute, ResourceType } from '../schema/attribute.ts';
import { writableOf } from '../schema/coerce.ts';
import { isScimObject, member } from '../schema/value.ts';
import type { ScimAttributes, ScimValue } from '../schema/value.ts';

/** What became of one attribute; absent where there is no value. */
export interface AttributeChange {
  readonly before?: ScimValue;
  readonly after?: ScimValue;
}

/** Stands for a value that nobody may read. */
export const LEFT_OUT = '(left out)';

const shown = ({ returned }: Attribute, value: ScimValue): ScimValue => (returned === 'never' ? LEFT_OUT : value);

const changeOf = (
  attribute: Attribute,
  before: ScimValue | undefined,
  after: ScimValue | undefined,
): AttributeChange => ({
  ...(before !== undefined && { before: shown(attribute, before) }),
  ...(after !== undefined && { after: shown(attribute, after) }),
});

const within = (attributes: ScimAttributes, urn: string | undefined): ScimAttributes => {
  const inner = urn === undefined ? attributes : member(attributes, urn);
  return isScimObject(inner) ? inner : {};
};

/** Every attribute that is another, by its name; those of extensions by their URN as well. */
export const differencesOf = (
  type: ResourceType,
  before: ScimAttributes,
  after: ScimAttributes,
): Readonly<Record<string, AttributeChange>> => {
  const changes = [type.schema, ...type.extensions].flatMap((schema) => {
    const urn = schema === type.schema ? undefined : schema.id;
    const [old, now] = [within(before, urn), within(after, urn)];
    return writableOf(type, schema).flatMap((attribute): readonly (readonly [string, AttributeChange])[] => {
      const [was, is] = [member(old, attribute.name), member(now, attribute.name)];
      if (attribute.name === 'members' || isDeepStrictEqual(was, is)) return [];
      const name = urn === undefined ? attribute.name : `${urn}:${attribute.name}`;
      return [[name, changeOf(attribute, was, is)]];
    });
  });
  return Object.fromEntries(changes);
};
