import { expect } from 'chai';
import { flows } from '../../plugins/sspr/collections.ts';
import { sspr } from '../../plugins/sspr/index.ts';
import { user } from '../../src/cli/user.ts';
import { commandHost } from '../../src/command-host.ts';
import { plugins } from '../../src/installed.ts';
import { signInMemory } from '../../src/host.ts';
import { outbox } from '../../src/notify/outbox.ts';
import { signInCollections } from '../../src/sign-in/collections.ts';
import { everything } from '../../src/store/query.ts';
import { flowOf } from '../sspr/flow-samples.ts';
import { terminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';

const PASSWORD = 'quiet harbours in october';

describe('latchkey user set-password', () => {
  let t: Terminal;
  beforeEach(async () => {
    t = await terminal([user], signInCollections, [sspr]);
    await t.run(['user', 'add', 'anna', '--mail', 'anna@example.test', '--mail', 'a.nna@example.test']);
  });
  afterEach(async () => {
    await t[Symbol.asyncDispose]();
  });

  const setsPassword = async (...more: readonly string[]): Promise<void> => {
    const { code, err } = await t.run(['user', 'set-password', 'anna', '--password-stdin', ...more], PASSWORD);
    expect(code, err).to.equal(0);
  };

  const account = async () => {
    const found = await t.server.directory.accounts.byName('anna');
    if (!found) throw new Error('anna is not there');
    return found;
  };

  it('has its owner told at every address, and tells nobody the password', async () => {
    await setsPassword();
    const { docs } = await t.server.store.find(outbox, everything, { limit: 10 });
    expect(docs.map(({ template }) => template)).to.deep.equal(['sspr/password-set', 'sspr/password-set']);
    expect(JSON.stringify(docs)).not.to.include(PASSWORD);
  });

  const endsPauses = async (...more: readonly string[]): Promise<void> => {
    const { guard } = signInMemory(t.server);
    const { id: accountId } = await account();
    for (let at = 0; at < 10; at += 1) {
      await guard.admit({ typedName: 'anna', password: `wrong ${String(at)}`, accountId });
    }
    const again = { typedName: 'anna', password: PASSWORD, accountId };
    expect(await guard.admit(again)).to.include({ kind: 'paused' });
    await setsPassword(...more);
    expect(await guard.admit(again)).to.include({ kind: 'admitted' });
  };

  it('ends pauses, so that whoever called the help desk can sign in', () => endsPauses());

  it('ends pauses also where the password is for once', () => endsPauses('--must-change'));

  it('ends resets that were begun, and makes every browser a strange one', async () => {
    const { id } = await account();
    const { store } = t.server;
    const { browsers } = commandHost(t.server, plugins);
    const now = t.server.clock.now();
    const live = { begunAt: now, expiresAt: now + 60_000, accountId: id, epoch: 1, known: true };
    await store.insert(flows, flowOf('reset', 'first-gate', live));
    await store.commit([browsers.remembering('browser', await account())]);
    expect(await browsers.people('browser')).to.deep.equal([id]);
    await setsPassword();
    expect(await store.get(flows, 'flow')).to.equal(undefined);
    expect(await browsers.people('browser')).to.deep.equal([]);
  });
});
