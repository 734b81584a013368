import { expect } from 'chai';
import { sspr } from '../../plugins/sspr/index.ts';
import { cases } from '../../plugins/sspr/not-me/collections.ts';
import { user } from '../../src/cli/user.ts';
import { freezes } from '../../src/directory/freezes.ts';
import { outbox } from '../../src/notify/outbox.ts';
import { signInCollections } from '../../src/sign-in/collections.ts';
import { everything } from '../../src/store/query.ts';
import { terminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';

const NOTE = ['--note', 'called back at the number in the directory'];

describe('latchkey user cases', () => {
  let t: Terminal;
  let anna: string;
  beforeEach(async () => {
    t = await terminal([user], signInCollections, [sspr], { sspr: {} });
    await t.run(['user', 'add', 'anna', '--mail', 'anna@example.test']);
    anna = (await t.server.directory.accounts.byName('anna'))?.id ?? '';
    const { store, clock, directory } = t.server;
    const now = clock.now();
    const about = { accountId: anna, notice: 'password-reset', at: now - 1, address: '192.0.2.1', agent: 'curl' };
    const report = { sentTo: 'a•••@example.test', openedAt: now, openedFrom: '192.0.2.9' };
    await store.insert(cases, { id: 'case1', ...about, ...report, outcome: 'frozen', state: 'open' });
    await store.commit((await directory.freezes.freezing(anna, now - 1, {})).changes);
  });
  afterEach(async () => {
    await t[Symbol.asyncDispose]();
  });

  const listed = async (...more: readonly string[]) =>
    (await t.json(['user', 'cases', ...more])) as readonly Readonly<Record<string, unknown>>[];

  it('lists what was reported, about whom, what happened and what became of the account', async () => {
    expect((await t.run(['user', 'cases'])).out).to.match(/CASE +USER +DISOWNED.*\ncase1 +anna +password-reset /);
    const [one] = await listed();
    expect(one).to.deep.include({
      id: 'case1',
      user: { id: anna, userName: 'anna' },
      disowned: 'password-reset',
      from: '192.0.2.1',
      reportedFrom: '192.0.2.9',
      reportedBy: 'a•••@example.test',
      account: 'frozen',
      state: 'open',
    });
  });

  it('closes one with a note, once, and leaves the account as it is', async () => {
    expect((await t.run(['user', 'close-case', 'case1'])).code).not.to.equal(0);
    expect((await t.run(['user', 'close-case', 'case2', ...NOTE])).code).to.equal(1);
    expect(await t.run(['user', 'close-case', 'case1', ...NOTE])).to.deep.include({ code: 0, out: 'closed: case1\n' });
    expect((await t.run(['user', 'close-case', 'case1', ...NOTE])).err).to.contain('closed already');
    expect(await listed()).to.deep.equal([]);
    expect((await listed('--all'))[0]).to.include({ state: 'closed', note: NOTE[1], closedBy: 'cli' });
    expect(await t.server.directory.freezes.of(anna)).not.to.equal(undefined);
  });

  it('ends with the freeze, which the help desk ends with a note, and its owner is told with a link', async () => {
    expect((await t.run(['user', 'unfreeze', 'anna', '--note', ' '])).err).to.contain('the note says');
    const { code, out } = await t.run(['user', 'unfreeze', 'anna', ...NOTE]);
    expect({ code, out }).to.deep.equal({ code: 0, out: 'unfrozen: anna\n' });
    expect(await t.server.directory.freezes.of(anna)).to.equal(undefined);
    expect(await listed()).to.deep.equal([]);
    const { docs } = await t.server.store.find(outbox, everything);
    expect(docs.map(({ to, template }) => [to, template])).to.deep.equal([
      ['anna@example.test', 'sspr/account-unfrozen'],
    ]);
    expect(docs[0]?.sealed).to.be.a('string');
    expect((await t.run(['user', 'unfreeze', 'anna', ...NOTE])).err).to.contain('anna is not frozen');
  });

  it('does not end a freeze while the password is the one of before the report, unless that is said', async () => {
    const { store, clock, directory } = t.server;
    for (const name of ['carla', 'berta']) {
      await t.run(['user', 'add', name, '--mail', `${name}@example.test`, '--password-stdin'], 'a thief chose it last');
      const { id } = (await directory.accounts.byName(name)) ?? { id: '' };
      await store.insert(freezes, { id, since: clock.now(), at: clock.now() + 1 });
    }
    const { code, err } = await t.run(['user', 'unfreeze', 'carla', ...NOTE]);
    expect({ code, err }, err).to.deep.include({ code: 1 });
    expect(err).to.contain('latchkey user set-password');
    const set = ['user', 'set-password', 'carla', '--password-stdin', '--must-change'];
    expect((await t.run(set, 'violet teapots at noon')).err).to.equal('');
    expect((await t.run(['user', 'unfreeze', 'carla', ...NOTE])).err).to.equal('');
    expect((await t.run(['user', 'unfreeze', 'berta', ...NOTE, '--keep-password'])).code).to.equal(0);
  });

  it('lets no pass be issued to somebody who is frozen, as it would open nothing', async () => {
    const { code, err } = await t.run(['user', 'pass', 'anna', ...NOTE]);
    expect(code).to.equal(1);
    expect(err).to.contain('anna is frozen');
  });
});
