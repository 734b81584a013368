import { z } from 'zod';
import { claimName, scopeName } from '../../../src/plugin.ts';
import { attribute } from './attribute.ts';
import type { Attribute, AttributeType, Schema } from './attribute.ts';
import { enterpriseSchema, userSchema } from './user.ts';

// Names are those of fields in the store as well, which have letters and digits only.
const NAME = /^[A-Za-z][A-Za-z0-9]*$/;
const URN = /^urn:[A-Za-z0-9][A-Za-z0-9-]{0,31}:[!-~]+$/i;

const characteristics = {
  name: z
    .string()
    .regex(NAME, 'letters and digits, a letter first')
    .describe('Its name, which clients may write in any case.'),
  caseExact: z
    .boolean()
    .default(false)
    .describe('Whether text is compared with regard to case; references always are.'),
  mutability: z
    .enum(['readWrite', 'immutable'])
    .default('readWrite')
    .describe('Whether it can be changed once it is set.'),
  canonicalValues: z.array(z.string().min(1)).exactOptional().describe('Values that clients are advised to use.'),
};

const simpleType = z
  .enum(['string', 'boolean', 'integer', 'decimal', 'dateTime', 'reference'])
  .describe('What its values are (RFC 7643 section 2.3).');

const subAttribute = z.strictObject({ ...characteristics, type: simpleType.default('string') });

const extensionAttribute = z.strictObject({
  ...characteristics,
  type: z
    .enum([...simpleType.options, 'complex'])
    .default('string')
    .describe('What its values are; complex ones have subAttributes.'),
  multiValued: z.boolean().default(false).describe('Whether it is a list.'),
  returned: z.enum(['default', 'always', 'request']).default('default').describe('When clients are shown it.'),
  subAttributes: z.array(subAttribute).default([]).describe('Parts of a complex attribute.'),
  claim: claimName().exactOptional().describe('The claim by which apps are told it, where it has one.'),
  scope: scopeName()
    .exactOptional()
    .describe('The scope that the claim comes with, of your own; its name stands on the page of consent.'),
});

type ExtensionAttribute = z.output<typeof extensionAttribute>;

const repeated = (names: readonly string[]): number => {
  const known = names.map((name) => name.toLowerCase());
  return known.findIndex((name, at) => known.indexOf(name) < at);
};

const claimFault = ({ claim, scope }: ExtensionAttribute): string | undefined =>
  (claim === undefined) === (scope === undefined) ? undefined : 'a claim has a scope, and a scope is that of a claim';

const partFault = ({ type, multiValued, subAttributes }: ExtensionAttribute): string | undefined => {
  if ((type === 'complex') !== subAttributes.length > 0) return 'complex attributes have subAttributes, and no others';
  // Lists of complex values are searched in their folded copy, where nothing keeps its case.
  const exact = multiValued && subAttributes.some((sub) => sub.caseExact || sub.type === 'reference');
  return exact ? 'sub-attributes of a list cannot be case-exact' : undefined;
};

const ours = [userSchema.id, enterpriseSchema.id].map((id) => id.toLowerCase());

/** Schemas of the operator's own for people (RFC 7643 section 3.3), as they stand in the configuration. */
export const extensionsConfig = z
  .array(
    z.strictObject({
      id: z.string().max(256).regex(URN, 'a URN').describe('URN under which clients send its attributes.'),
      name: z
        .string()
        .regex(NAME, 'letters and digits, a letter first')
        .describe('Short name, by which it is stored: never change it.'),
      attributes: z.array(extensionAttribute).min(1).max(100).describe('What people have by it.'),
    }),
  )
  .default([])
  .superRefine((extensions, context) => {
    const fault = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    for (const key of ['id', 'name'] as const) {
      const again = repeated(extensions.map((one) => one[key]));
      if (again >= 0) fault([again, key], 'is there already');
    }
    const claims = extensions.flatMap(({ attributes }, at) =>
      attributes.flatMap(({ claim }, position) => (claim === undefined ? [] : [{ claim, at, position }])),
    );
    for (const { claim, at, position } of claims.filter(
      (one, order) => claims.findIndex((other) => other.claim === one.claim) < order,
    )) {
      fault([at, 'attributes', position, 'claim'], `another attribute is told as ${claim}`);
    }
    for (const [at, { id, attributes }] of extensions.entries()) {
      if (ours.includes(id.toLowerCase())) fault([at, 'id'], 'is a schema that is there already');
      const again = repeated(attributes.map(({ name }) => name));
      if (again >= 0) fault([at, 'attributes', again, 'name'], 'is there already');
      for (const [position, one] of attributes.entries()) {
        const wrong = partFault(one) ?? claimFault(one);
        if (wrong !== undefined) fault([at, 'attributes', position], wrong);
        const twice = repeated(one.subAttributes.map(({ name }) => name));
        if (twice >= 0) fault([at, 'attributes', position, 'subAttributes', twice, 'name'], 'is there already');
      }
    }
  });

export type ExtensionsConfig = z.output<typeof extensionsConfig>;

interface Characteristics {
  readonly name: string;
  readonly type: AttributeType;
  readonly caseExact: boolean;
}

const exactly = ({ type, caseExact }: Characteristics): boolean => caseExact || type === 'reference';

const partOf = (sub: z.output<typeof subAttribute>): Attribute =>
  attribute(sub.name, sub.type, { ...sub, caseExact: exactly(sub) });

const attributeOf = (schemaName: string, declared: ExtensionAttribute): Attribute => {
  const field = `extensions.${schemaName}.${declared.name}`;
  return attribute(declared.name, declared.type, {
    ...declared,
    caseExact: exactly(declared),
    field,
    folded: `folded.${field}`,
    subAttributes: declared.subAttributes.map(partOf),
  });
};

/** The schemas that the configuration declares, from which storage, filters and documents follow. */
export const extensionSchemas = (config: ExtensionsConfig): readonly Schema[] =>
  config.map(({ id, name, attributes }) => ({ id, name, attributes: attributes.map((one) => attributeOf(name, one)) }));
