import { z } from 'zod';
import type { TemplateCatalogue } from '../kernel/operator-templates.ts';
import type { Installation } from './installation.ts';
import { fileSchema } from './schema.ts';

/** What the configuration needs to know of a plugin. */
export interface PluginSchema {
  readonly name: string;
  /** Its section `plugins.<name>`. */
  readonly config: z.ZodType;
  /** What its options ask for that the installation cannot give. */
  faults?(
    config: unknown,
    installation: Installation,
  ): readonly { readonly path: readonly (string | number)[]; readonly message: string }[];
  /** Attributes of people by its options. */
  attributes?(config: unknown): readonly { readonly name: string; readonly simple: boolean }[];
  /** Messages that operators may write themselves. */
  readonly templates?: TemplateCatalogue;
}

/** The schema of the whole file: the core's sections, and one for each plugin. */
export const wholeSchema = (plugins: readonly PluginSchema[]) => {
  const sections: Record<string, z.ZodType> = Object.fromEntries(
    plugins.map(({ name, config }) => [
      name,
      config.prefault({}).describe(config.description ?? `Options of the plugin ${name}.`),
    ]),
  );
  return fileSchema.extend({
    plugins: z.strictObject(sections).prefault({}).describe('One section for each plugin.'),
  });
};

/** JSON Schema 2020-12 of the file as people write it, for editors and for the reference page. */
export const jsonSchema = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input' });

export type Node = z.core.JSONSchema.BaseSchema;
type Path = readonly (string | number)[];

const isSchema = (node: unknown): node is Node => typeof node === 'object' && node !== null;

const step = (node: Node, key: string | number): readonly Node[] => {
  const own = typeof key === 'number' ? node.items : (node.properties?.[key] ?? node.additionalProperties);
  const variants = [...(node.anyOf ?? []), ...(node.oneOf ?? [])].filter(isSchema);
  return [...(isSchema(own) && !Array.isArray(own) ? [own] : []), ...variants.flatMap((variant) => step(variant, key))];
};

/** Names of the options that a section may have. */
export const optionsAt = (node: Node, path: Path): readonly string[] => {
  const nodes = path.reduce<readonly Node[]>((found, key) => found.flatMap((one) => step(one, key)), [node]);
  const variants = nodes.flatMap((one) => [one, ...(one.anyOf ?? []), ...(one.oneOf ?? [])]).filter(isSchema);
  return [...new Set(variants.flatMap((one) => Object.keys(one.properties ?? {})))];
};

export interface Marked {
  readonly path: Path;
  readonly text: string;
  readonly mark: 'secret' | 'file';
}

/** Every text in the file that stands where the schema has a mark: references to secrets, and paths. */
export const marked = (nodes: readonly Node[], value: unknown, path: Path = []): readonly Marked[] => {
  if (typeof value === 'string') {
    const variants = nodes.flatMap((node) => [node, ...(node.anyOf ?? [])]).filter(isSchema);
    for (const mark of ['secret', 'file'] as const) {
      if (variants.some((node) => node[mark] === true)) return [{ path, text: value, mark }];
    }
  }
  if (typeof value !== 'object' || value === null) return [];
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return entries.flatMap(([key, child]) => {
    const next = nodes.flatMap((node) => step(node, key));
    return marked(next, child, [...path, key]);
  });
};
