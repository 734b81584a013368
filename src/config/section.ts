import { resolve } from 'node:path';
import { allowed, explain } from './explain.ts';
import { ConfigFaults } from './faults.ts';
import { readConfigFile } from './file.ts';
import { unmetNeeds } from './installation.ts';
import type { Installation } from './installation.ts';
import { jsonSchema } from './json-schema.ts';
import type { PluginSchema } from './json-schema.ts';

type Path = readonly (string | number)[];

const sectionIn = (tree: Readonly<Record<string, unknown>>, name: string): { value: unknown; at: Path } => {
  if (!Object.hasOwn(tree, 'plugins')) return { value: tree, at: [] };
  return { value: Reflect.get(Object(tree['plugins']), name), at: ['plugins', name] };
};

/**
 * The section of one plugin as a file has it that is not in use: a whole configuration, or the section alone.
 *
 * @param installation of the configuration that is in use
 * @throws ConfigFaults naming every fault of the section at once
 */
export const readSection = async (file: string, plugin: PluginSchema, installation: Installation): Promise<unknown> => {
  const { tree, source } = await readConfigFile(resolve(process.cwd(), file));
  const { value, at } = sectionIn(tree, plugin.name);
  const result = plugin.config.safeParse(value ?? {}, { error: allowed });
  if (!result.success) {
    throw new ConfigFaults(explain(result.error.issues, jsonSchema(plugin.config), (path) => source([...at, ...path])));
  }
  const unmet = unmetNeeds(plugin, result.data, installation, at, source);
  if (unmet.length > 0) throw new ConfigFaults(unmet);
  return result.data;
};
