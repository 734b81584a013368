import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigFaults } from '../../src/config/faults.ts';
import type { Fault } from '../../src/config/faults.ts';
import type { PluginSchema } from '../../src/config/json-schema.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';

export interface ConfigWorld {
  readonly folder: string;
  write(name: string, text: string): Promise<string>;
  /** Loads YAML as `latchkey.yaml` of the folder, under the given environment. */
  load(yaml: string, env?: Record<string, string>): Promise<Config>;
  /** The faults of YAML; throws when there are none. */
  faults(yaml: string, env?: Record<string, string>): Promise<readonly Fault[]>;
  remove(): Promise<void>;
}

/** A folder with a configuration file in it. */
export const configWorld = async (plugins: readonly PluginSchema[] = []): Promise<ConfigWorld> => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-config-'));
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };
  const load = async (yaml: string, env: Record<string, string> = {}): Promise<Config> =>
    loadConfig({ LATCHKEY_CONFIG: await write('latchkey.yaml', yaml), ...env }, plugins);
  return {
    folder,
    write,
    load,
    async faults(yaml, env) {
      try {
        await load(yaml, env);
      } catch (error) {
        if (error instanceof ConfigFaults) return error.faults;
        throw error;
      }
      throw new Error('the configuration has no fault');
    },
    remove: () => rm(folder, { recursive: true }),
  };
};
