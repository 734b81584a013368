import type { DeclaredAttribute, Person } from '../../../src/plugin.ts';
import { namedIn, ownableNames } from '../ownership/names.ts';
import { schemaValues } from '../resource/read.ts';
import type { Attribute, Schema } from './attribute.ts';
import { extensionSchemas } from './extension.ts';
import type { ExtensionsConfig } from './extension.ts';
import { resourceTypes } from './resource-types.ts';
import { member } from './value.ts';

interface Claim {
  /** Of the core schema or the enterprise extension. */
  readonly attribute: string;
  readonly claim: string;
  readonly scope: string;
}

interface Declaring {
  readonly extensions: ExtensionsConfig;
  readonly claims: readonly Claim[];
}

/** As SCIM shows it. */
const valueIn = (schema: Schema, attribute: Attribute) => {
  const alone = { ...schema, attributes: [attribute] };
  return (person: Partial<Person>) => member(schemaValues(alone, person) ?? {}, attribute.name);
};

const ofExtensions = (extensions: ExtensionsConfig): readonly DeclaredAttribute[] =>
  extensionSchemas(extensions).flatMap((schema, at) =>
    schema.attributes.map((attribute, position): DeclaredAttribute => {
      const { claim, scope } = extensions[at]?.attributes[position] ?? {};
      return {
        name: `${schema.name}.${attribute.name}`,
        ...(claim !== undefined && scope !== undefined && { claim: { name: claim, scope } }),
        simple: attribute.type !== 'complex',
        of: valueIn(schema, attribute),
      };
    }),
  );

const ofStandard = (claims: readonly Claim[]): readonly DeclaredAttribute[] =>
  namedIn(resourceTypes().User).flatMap(({ name, schema, attribute }) =>
    claims
      .filter((one) => one.attribute === name)
      .map(({ claim, scope }) => ({
        ...{ name, claim: { name: claim, scope }, of: valueIn(schema, attribute) },
        // Rules know the host's own names of these.
        simple: false,
      })),
  );

/** What rules and apps are told of people by these options. */
export const declaredAttributes = ({ extensions, claims }: Declaring): readonly DeclaredAttribute[] => [
  ...ofExtensions(extensions),
  ...ofStandard(claims),
];

/** Claims of attributes that there are not, and those that another attribute is told as. */
export const claimFaults = ({ extensions, claims }: Declaring) => {
  const known = ownableNames(resourceTypes().User);
  const taken = extensions.flatMap(({ attributes }) => attributes.flatMap(({ claim }) => claim ?? []));
  return claims.flatMap(({ attribute, claim }, at) => {
    const again = taken.includes(claim) || claims.findIndex((one) => one.claim === claim) < at;
    return [
      ...(known.includes(attribute) ? [] : [{ path: [at, 'attribute'], message: `${attribute} cannot be told so` }]),
      ...(again ? [{ path: [at, 'claim'], message: `another attribute is told as ${claim}` }] : []),
    ];
  });
};
