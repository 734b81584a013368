import type { DeclaredAttribute } from '../../../src/plugin.ts';
import { schemaValues } from '../resource/read.ts';
import { extensionSchemas } from './extension.ts';
import type { ExtensionsConfig } from './extension.ts';
import { member } from './value.ts';

/** What people have by the operator's own schemas, as rules and apps are told it: values are those that SCIM shows. */
export const declaredAttributes = (extensions: ExtensionsConfig): readonly DeclaredAttribute[] =>
  extensionSchemas(extensions).flatMap((schema, at) =>
    schema.attributes.map((attribute, position): DeclaredAttribute => {
      const { claim, scope } = extensions[at]?.attributes[position] ?? {};
      const alone = { ...schema, attributes: [attribute] };
      return {
        name: `${schema.name}.${attribute.name}`,
        ...(claim !== undefined && scope !== undefined && { claim: { name: claim, scope } }),
        simple: attribute.type !== 'complex',
        of: (person) => member(schemaValues(alone, person) ?? {}, attribute.name),
      };
    }),
  );
