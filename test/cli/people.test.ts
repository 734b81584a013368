import { expect } from 'chai';
import { audit } from '../../src/cli/audit.ts';
import { group } from '../../src/cli/group.ts';
import { user } from '../../src/cli/user.ts';
import { signInCollections } from '../../src/sign-in/collections.ts';
import { terminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';

const PASSWORD = 'correct horse battery';

describe('the command line for people and groups', () => {
  let t: Terminal;
  beforeEach(async () => {
    t = await terminal([user, group, audit], signInCollections);
  });
  afterEach(async () => {
    await t[Symbol.asyncDispose]();
  });

  const done = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await t.run(args);
    expect(code, err).to.equal(0);
    return out;
  };
  const account = async (name: string) => {
    const found = await t.server.directory.accounts.byName(name);
    if (!found) throw new Error(`${name} is not there`);
    return found;
  };
  const signIn = async (name: string, password: string): Promise<string> =>
    (await t.server.directory.passwords.verify(await account(name), password)).outcome;

  it('adds a person whom a running server knows at once', async () => {
    const args = ['user', 'add', 'anna', '--mail', 'anna@x.example', '--display-name', 'Anna A', '--password-stdin'];
    const created = await t.json([...args, '--role', 'owner'], PASSWORD);
    expect(created).to.deep.include({ userName: 'anna', displayName: 'Anna A', active: true, adminRoles: ['owner'] });
    expect(created).to.not.have.any.keys('userNameFolded', 'epoch', 'version', 'foldVersion');
    expect(await signIn('ANNA@x.example', PASSWORD)).to.equal('right');
    expect(await account('anna')).to.include({ administrator: true, displayName: 'Anna A' });
  });

  it('gives nobody the address that somebody of a directory signs in by, also not for a user name', async () => {
    const { directory, store } = t.server;
    const given = { userName: 'carol', emails: [{ value: 'carol@x.example' }], source: 'ldap:corp' };
    const { person, changes } = directory.people.creating(given, {});
    await store.commit(changes);
    for (const args of [['anna', '--mail', 'Carol@x.example'], ['CAROL@x.example']]) {
      const { code, err } = await t.run(['user', 'add', ...args]);
      expect([code, err]).to.deep.equal([
        1,
        `latchkey: "carol@x.example" is what somebody signs in by: latchkey user show ${person.id}`,
      ]);
    }
    expect((await directory.people.byName('carol@x.example'))?.id).to.equal(person.id);
  });

  it('refuses a taken name in one sentence', async () => {
    await done('user', 'add', 'anna');
    expect(await t.run(['user', 'add', 'ANNA'])).to.deep.equal({
      code: 1,
      out: '',
      err: 'latchkey: the user name "ANNA" is taken',
    });
  });

  it('takes no password as an argument, and none that is empty', async () => {
    expect(await t.run(['user', 'add', 'anna', '--password', PASSWORD])).to.include({ code: 2 });
    expect(await t.run(['user', 'add', 'anna', PASSWORD])).to.include({ code: 2 });
    await done('user', 'add', 'anna');
    expect(await t.run(['user', 'set-password', 'anna', PASSWORD])).to.include({ code: 2 });
    expect(await t.run(['user', 'set-password', 'anna', '--password-stdin'], '')).to.include({ code: 1 });
  });

  it('sets a password, which ends sessions, and tells the log', async () => {
    await done('user', 'add', 'anna');
    expect(await t.run(['user', 'set-password', 'anna', '--password-stdin'], PASSWORD)).to.include({ code: 0 });
    expect(await signIn('anna', PASSWORD)).to.equal('right');
    expect(await account('anna')).to.include({ epoch: 2 });
    await t.run(['user', 'set-password', 'anna', '--password-stdin', '--must-change'], 'only for today');
    expect(await signIn('anna', 'only for today')).to.equal('must-change');
    const events = await t.json(['audit', 'list', '--user', 'anna', '--type', 'person.password_set']);
    expect(events).to.have.length(2).and.have.nested.property('[0].actor', 'cli');
    expect(JSON.stringify(events)).not.to.include(PASSWORD);
  });

  it('disables, enables and removes', async () => {
    await t.run(['user', 'add', 'anna', '--password-stdin'], PASSWORD);
    await done('user', 'disable', 'anna');
    expect(await signIn('anna', PASSWORD)).to.equal('disabled');
    await done('user', 'disable', 'anna');
    await done('user', 'enable', 'anna');
    expect(await signIn('anna', PASSWORD)).to.equal('right');
    expect(await account('anna')).to.include({ epoch: 2 });
    const { id } = await account('anna');
    await done('user', 'remove', 'anna');
    expect(await t.server.directory.accounts.byId(id)).to.equal(undefined);
    expect(await t.run(['user', 'remove', 'anna'])).to.deep.include({
      code: 1,
      err: 'latchkey: there is no user "anna"',
    });
  });

  it('lists and shows people, for readers and for programs', async () => {
    await done('user', 'add', 'berta', '--given-name', 'Berta', '--family-name', 'Bo', '--mail', 'b@x.example');
    await done('user', 'add', 'anna', '--language', 'de');
    expect(await t.json(['user', 'list'])).to.have.nested.property('[0].userName', 'anna');
    const lines = (await done('user', 'list')).split('\n');
    expect(lines[0]).to.match(/^USER +NAME +MAIL +STATE +ROLES$/);
    expect(lines[2]).to.match(/^berta +Berta Bo +b@x\.example +active$/);
    await done('group', 'add', 'Staff');
    await done('group', 'member', 'add', 'staff', 'berta');
    expect(await t.json(['user', 'show', 'b@x.example'])).to.have.nested.property('groups[0].display', 'Staff');
    expect(await done('user', 'show', 'berta')).to.include('b@x.example');
  });

  it('adds groups, and members to them, each once', async () => {
    expect(await t.json(['group', 'add', 'Staff'])).to.include({ displayName: 'Staff', source: 'local' });
    expect(await t.run(['group', 'add', 'STAFF'])).to.include({ code: 1 });
    await done('user', 'add', 'anna');
    await done('group', 'member', 'add', 'Staff', 'anna');
    const again = await t.run(['group', 'member', 'add', 'Staff', 'anna']);
    expect(again).to.include({ code: 1, err: 'latchkey: "anna" is a member of "Staff" already' });
    expect((await account('anna')).groups).to.deep.equal(['Staff']);
    expect(await t.json(['group', 'member', 'list', 'Staff'])).to.have.nested.property('[0].display', 'anna');
    await done('group', 'member', 'remove', 'Staff', 'anna');
    expect(await t.run(['group', 'member', 'remove', 'Staff', 'anna'])).to.include({
      code: 1,
      err: 'latchkey: "anna" is no member of "Staff"',
    });
    expect(await t.run(['group', 'member', 'add', 'Nobody', 'anna'])).to.include({
      code: 1,
      err: 'latchkey: there is no group "Nobody"',
    });
  });

  it('nests groups, removes them, and refuses a circle', async () => {
    for (const name of ['Outer', 'Inner']) await done('group', 'add', name);
    await done('user', 'add', 'anna');
    await done('group', 'member', 'add', 'Outer', 'Inner', '--group');
    await done('group', 'member', 'add', 'Inner', 'anna');
    expect((await account('anna')).groups).to.have.members(['Outer', 'Inner']);
    expect(await t.run(['group', 'member', 'add', 'Inner', 'Outer', '--group'])).to.include({ code: 1 });
    await done('group', 'remove', 'Outer');
    expect((await account('anna')).groups).to.deep.equal(['Inner']);
    expect(await t.json(['group', 'list'])).to.have.length(1);
  });

  it('lists the audit log newest first, and refuses times that are none', async () => {
    await done('user', 'add', 'anna');
    await done('user', 'disable', 'anna');
    const events = (await t.json(['audit', 'list'])) as { type: string }[];
    expect(events.map(({ type }) => type)).to.have.members(['person.disabled', 'person.created']);
    expect(await t.json(['audit', 'list', '--limit', '1'])).to.have.length(1);
    expect(await done('audit', 'list')).to.match(/person\.created +success/);
    expect(await t.json(['audit', 'list', '--since', '2100-01-01'])).to.deep.equal([]);
    expect(await t.run(['audit', 'list', '--since', 'yesterday'])).to.include({ code: 2 });
    expect(await t.run(['audit', 'list', '--limit', '0'])).to.include({ code: 2 });
  });

  it('explains every command', async () => {
    const paths = ['user', 'user add', 'user list', 'user show', 'user disable', 'user enable', 'user set-password'];
    const more = ['user remove', 'group', 'group add', 'group list', 'group remove', 'group member add'];
    for (const path of [...paths, ...more, 'group member remove', 'group member list', 'audit search']) {
      const { code, out } = await t.run([...path.split(' '), '--help']);
      expect(code, path).to.equal(0);
      expect(out, path).to.include(`Usage: latchkey ${path}`);
    }
  });

  it('prints nothing that a terminal would obey', async () => {
    await t.run(['user', 'add', 'anna', '--display-name', 'Anna \u001b]0;owned\u0007\u009b2J']);
    for (const args of [
      ['user', 'list'],
      ['user', 'show', 'anna'],
    ]) {
      expect(await done(...args))
        .to.include('Anna')
        .and.not.match(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
    }
  });

  it('leaves nothing half done when two commands add the same person at once', async () => {
    const results = await Promise.all(
      [1, 2, 3].map(() => t.run(['user', 'add', 'anna', '--password-stdin'], PASSWORD)),
    );
    expect(results.filter(({ code }) => code === 0)).to.have.length(1);
    expect(await t.json(['user', 'list'])).to.have.length(1);
    expect(await signIn('anna', PASSWORD)).to.equal('right');
  });
});
