import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { z } from 'zod';
import { ssprConfig } from '../../plugins/sspr/config.ts';
import { channelsOf, policyMethodNames } from '../../plugins/sspr/methods/list.ts';
import { unmetNeeds } from '../../plugins/sspr/needs.ts';
import { ConfigFaults } from '../../src/config/faults.ts';
import { loadConfig } from '../../src/config/load.ts';
import { readSection } from '../../src/config/section.ts';
import { definePlugin } from '../../src/plugin.ts';

const pigeon = definePlugin({
  name: 'pigeon',
  config: z.strictObject({ by: z.enum(['sms', 'voice']).default('sms') }),
  faults: ({ by }, { channels }) =>
    channels.includes(by) ? [] : [{ path: ['by'], message: `${by} leads nowhere here` }],
  setup: () => ({}),
});

const production = {
  profile: 'production',
  issuer: 'https://id.example',
  masterKey: 'env:KEY',
  mail: { smtp: { host: 'mail.example' } },
  plugins: { pigeon: {} },
};

describe('What an installation lacks', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const file = async (tree: unknown): Promise<string> => {
    const path = join(folder, 'latchkey.yaml');
    await writeFile(path, JSON.stringify(tree, null, 2));
    return path;
  };
  const load = async (tree: unknown) =>
    loadConfig({ LATCHKEY_CONFIG: await file(tree), KEY: Buffer.alloc(32, 1).toString('base64') }, [pigeon]);
  const faultsOf = (work: Promise<unknown>) =>
    work.then(
      () => [],
      (error: unknown) => (error instanceof ConfigFaults ? error.faults : Promise.reject(error as Error)),
    );

  it('is told where an option of a plugin asks for it, with its line, before anything starts', async () => {
    const [fault, ...more] = await faultsOf(load(production));
    expect(more).to.deep.equal([]);
    expect(fault).to.include({ path: 'plugins.pigeon.by', message: 'sms leads nowhere here' });
    expect(fault?.source).to.match(/^latchkey\.yaml:\d+$/);
  });

  it('is nothing in development, whose mailbox page stands in for every carrier', async () => {
    expect(await faultsOf(load({ plugins: { pigeon: {} } }))).to.deep.equal([]);
  });

  it('is told of a section in another file as well, by what is configured here', async () => {
    const section = await file({ by: 'voice' });
    const faults = await faultsOf(
      readSection(section, pigeon, { profile: 'development', channels: ['mail', 'sms'], attributes: [] }),
    );
    expect(faults).to.deep.equal([{ path: 'by', message: 'voice leads nowhere here', source: 'latchkey.yaml:2' }]);
    expect(
      await readSection(section, pigeon, { profile: 'development', channels: ['voice'], attributes: [] }),
    ).to.deep.equal({
      by: 'voice',
    });
  });

  it('keeps a policy from naming a method whose messages would reach nobody', () => {
    for (const name of policyMethodNames) {
      const config = ssprConfig.parse({
        policies: [{ name: 'all', gates: 2, methods: [...new Set([name, 'email', 'totp'])] }],
      });
      const needed = [...new Set([...channelsOf(name), ...channelsOf('email')])];
      const faults = unmetNeeds(config, { channels: [] });
      expect(faults, name).to.have.length(needed.length);
      expect(unmetNeeds(config, { channels: ['mail', 'sms', 'voice'] }), name).to.deep.equal([]);
    }
  });
});
