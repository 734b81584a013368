import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ssprConfig } from '../../plugins/sspr/config.ts';
import { createMethods, kinds, methodNames } from '../../plugins/sspr/methods/list.ts';
import type { Method } from '../../plugins/sspr/methods/method.ts';
import { commandHost } from '../../src/command-host.ts';
import { plugins } from '../../src/installed.ts';
import { terminal } from '../cli/terminal.ts';

const suites = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
  .join('\n');

/** The methods for which some suite of this folder runs a contract. */
const heldTo = (contract: string): readonly string[] =>
  [...suites.matchAll(new RegExp(`^${contract}\\('(\\w+)'`, 'gm'))].map(([, name = '']) => name);

/** Sends no message: it asks a phone for two minutes, and counts by that phone. Its own contract is in approval.test. */
const SENDS_NO_MESSAGE = 'approval';

describe('the contracts of methods', () => {
  it('are kept by every method that there is, and by each that sends a message', async () => {
    expect(heldTo('methodContract')).to.have.members(methodNames);
    await using t = await terminal([]);
    const methods: Readonly<Record<string, Method>> = createMethods(
      commandHost(t.server, plugins),
      ssprConfig.parse({}),
    );
    const sending = methodNames.filter((name) => methods[name]?.proof.sends === true && name !== SENDS_NO_MESSAGE);
    expect(heldTo('sendingMethodContract')).to.have.members(sending);
  });

  it('are of methods that are listed under their own name', async () => {
    await using t = await terminal([]);
    const methods = createMethods(commandHost(t.server, plugins), ssprConfig.parse({}));
    for (const name of methodNames) expect(methods[name].name).to.equal(name);
    expect(Object.keys(kinds)).to.deep.equal(methodNames);
  });
});
