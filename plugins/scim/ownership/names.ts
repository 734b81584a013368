import type { Attribute, ResourceType, Schema } from '../schema/attribute.ts';
import { writableOf } from '../schema/coerce.ts';

/** They say who somebody is and whether they may sign in: who brings a person decides that, and nobody else. */
const OF_THE_PERSON: readonly string[] = ['userName', 'externalId', 'active', 'password'];

const EXTENSIONS = 'extensions.';

/** An attribute as rules and owners name it: those of the operator's own schemas by the schema's short name. */
export const nameOf = ({ name, field = name }: Attribute): string =>
  field.startsWith(EXTENSIONS) ? field.slice(EXTENSIONS.length) : field;

export interface Named {
  readonly name: string;
  readonly schema: Schema;
  readonly attribute: Attribute;
}

/** All that a client may write of this kind. */
export const namedIn = (type: ResourceType): readonly Named[] =>
  [type.schema, ...type.extensions].flatMap((schema) =>
    writableOf(type, schema).map((attribute) => ({ name: nameOf(attribute), schema, attribute })),
  );

/** What may have a source of its own. */
export const ownableNames = (type: ResourceType): readonly string[] =>
  namedIn(type)
    .map(({ name }) => name)
    .filter((name) => !OF_THE_PERSON.includes(name));
