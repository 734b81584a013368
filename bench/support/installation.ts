import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plugins } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { freePort } from '../../test/support/free-port.ts';

/** A configuration in a folder of its own, on a free port of loopback. */
export interface Installation {
  readonly config: Config;
  readonly origin: string;
  /** Takes the folder away. */
  remove(): Promise<void>;
}

/**
 * What benches measure, with no limit on how much one address may ask.
 *
 * @param sections of the configuration, as a file has them, besides those that every bench has alike
 * @param given a folder that is there already, and stays
 */
export const installation = async (
  sections: Readonly<Record<string, unknown>>,
  given?: string,
): Promise<Installation> => {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'latchkey-bench-')));
  const port = await freePort();
  const origin = `http://127.0.0.1:${String(port)}`;
  const file = join(folder, 'latchkey.yaml');
  const common = {
    issuer: origin,
    dataDir: folder,
    http: { host: '127.0.0.1', port },
    limits: { requests: 1_000_000 },
  };
  await writeFile(file, JSON.stringify({ ...common, demo: { enabled: false }, ...sections }));
  return {
    config: await loadConfig({ LATCHKEY_CONFIG: file }, plugins),
    origin,
    async remove() {
      if (given === undefined) await rm(folder, { recursive: true });
    },
  };
};
