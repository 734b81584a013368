import { expect } from 'chai';
import { scim } from '../../plugins/scim/index.ts';
import { transferring } from '../../plugins/scim/ownership/transfer.ts';
import { audit } from '../../src/cli/audit.ts';
import { terminal } from '../cli/terminal.ts';
import { onEveryEngine } from '../support/engines.ts';
import { useProvisioners, USER } from '../support/scim.ts';
import type { Answer, Provisioner } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';

onEveryEngine('the one source of a person over SCIM', (engine) => {
  const world = useWorld({ store: engine });
  const { entra, okta } = useProvisioners(world);

  const attempts = (client: Provisioner, id: string, userName: string): Promise<readonly Answer[]> =>
    Promise.all([
      client.put(`/Users/${id}`, { schemas: [USER], userName, title: 'Taken' }),
      client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]),
      client.delete(`/Users/${id}`),
    ]);

  const refusedFor = async (id: string, userName: string, source: string): Promise<void> => {
    for (const { status, body } of await attempts(okta(), id, userName)) {
      expect([status, body['detail']]).to.deep.equal([403, `the resource belongs to another source: ${source}`]);
    }
    const { status, body } = await okta().get(`/Users/${id}`);
    expect([status, body['active'], body['title']]).to.deep.equal([200, true, undefined]);
  };

  it('alone writes them: others are refused with the reason, and see them', async () => {
    const made = (await entra().user('owned')).body;
    await refusedFor(made.id, 'owned', 'scim:entra');
  });

  it('may be this server itself, or a directory', async () => {
    const { directory, store } = world().app.foundation;
    for (const source of ['local', 'ldap:corp']) {
      const userName = source.replace(':', '-');
      const { person, changes } = directory.people.creating({ userName, source }, {});
      await store.commit(changes);
      await refusedFor(person.id, userName, source);
    }
  });

  it('is another one after a transfer, to which the external id of before says nothing', async () => {
    const { directory, store, secrets, clock } = world().app.foundation;
    const { id } = (await entra().user('moved', { externalId: 'e-moved', title: 'Chief' })).body;
    const person = await directory.people.byId(id);
    if (!person) throw new Error('nobody');
    await store.commit(await transferring({ store, secrets, clock }, directory, person, 'scim:okta', {}));
    for (const { status } of await attempts(entra(), id, 'moved')) expect(status).to.equal(403);
    const seen = (await okta().get(`/Users/${id}`)).body;
    expect([seen['externalId'], seen['title'], seen['active']]).to.deep.equal([undefined, 'Chief', true]);
    const named = await okta().patch(`/Users/${id}`, [{ op: 'add', path: 'externalId', value: 'o-moved' }]);
    expect(named.status, named.text).to.equal(200);
    // Neither brings the old external id anybody back, nor is it taken.
    expect((await entra().user('moved')).status).to.equal(409);
    const other = await entra().user('another', { externalId: 'e-moved' });
    expect([other.status, other.body.id === id]).to.deep.equal([201, false]);
  });
});

describe('latchkey scim transfer', () => {
  it('hands people to clients that there are and to the server itself, and says so in the log', async () => {
    await using t = await terminal([audit], [], [scim], { scim: { clients: [{ clientId: 'hr', name: 'hr' }] } });
    const { directory, store } = t.server;
    const { person, changes } = directory.people.creating(
      { userName: 'ann', source: 'scim:entra', externalId: 'e' },
      {},
    );
    await store.commit(changes);
    const transfer = (...args: readonly string[]) => t.run(['scim', 'transfer', ...args]);
    expect((await transfer('ann', '--to', 'okta')).err).to.contain('no SCIM client "okta"');
    expect((await transfer('ann')).err).to.contain('--to <client>');
    expect((await transfer('nobody', '--to', 'hr')).err).to.contain('no user "nobody"');
    const moved = { id: person.id, userName: 'ann', from: 'scim:entra', to: 'scim:hr' };
    expect(await t.json(['scim', 'transfer', 'ann', '--to', 'hr'])).to.deep.equal(moved);
    expect((await transfer('ann', '--to', 'hr')).err).to.contain('belongs to scim:hr already');
    await t.run(['scim', 'token', 'create', '--name', 'okta']);
    expect((await transfer('ann', '--to', 'okta')).code).to.equal(0);
    expect((await transfer('ann', '--local')).out).to.equal('ann belongs to local now, and to scim:okta no more\n');
    const told = (await t.json(['audit', 'search', '--type', 'person.source_changed'])) as readonly object[];
    expect(told.map((event) => ({ ...event }))).to.have.length(3);
    expect(told.at(-1)).to.include({ subject: person.id, actor: 'cli', reason: 'scim:hr' });
  });

  it('hands groups over, whose members stay, and to the server itself only with a name of their own', async () => {
    await using t = await terminal([audit], [], [scim], { scim: { clients: [{ clientId: 'hr', name: 'hr' }] } });
    const { directory, store } = t.server;
    const staff = { displayName: 'Staff', source: 'scim:entra', externalId: 'e' };
    const { group, changes } = directory.groups.creating(staff, {});
    await store.commit([...changes, ...directory.groups.creating({ displayName: 'Board' }, {}).changes]);
    const { person, changes: creating } = directory.people.creating({ userName: 'ann' }, {});
    await store.commit(creating);
    const [stored, ann] = [await directory.groups.byId(group.id), await directory.people.byId(person.id)];
    if (!stored || !ann) throw new Error('not created');
    await store.commit(directory.groups.adding(stored, ann, {}));
    const transfer = (...args: readonly string[]) => t.run(['scim', 'transfer', ...args]);
    expect((await transfer('Nobody', '--group', '--to', 'hr')).err).to.contain('no group "Nobody"');
    expect((await transfer('Staff', '--group', '--to', 'hr', '--attributes', 'title')).err).to.contain('of groups');
    const moved = { id: group.id, displayName: 'Staff', from: 'scim:entra', to: 'scim:hr' };
    expect(await t.json(['scim', 'transfer', 'staff', '--group', '--to', 'hr'])).to.deep.equal(moved);
    expect((await transfer(group.id, '--group', '--to', 'hr')).err).to.contain('belongs to scim:hr already');
    const now = await directory.groups.byId(group.id);
    expect(now).to.include({ source: 'scim:hr' }).and.not.have.any.keys('externalId', 'externalKey');
    expect((await directory.groups.members(group.id)).docs.map(({ member }) => member)).to.deep.equal([ann.id]);
    // The external id of before is free for its client again, and says nothing of this group.
    await store.commit(directory.groups.creating({ ...staff, displayName: 'Board' }, {}).changes);
    const { docs } = await directory.groups.list();
    const theirs = docs.find(({ source }) => source === 'scim:entra')?.id ?? '';
    expect((await transfer(theirs, '--group', '--local')).err).to.contain('another group here is called "Board"');
    expect((await transfer('Staff', '--group', '--local')).code).to.equal(0);
    const told = (await t.json(['audit', 'search', '--type', 'group.source_changed'])) as readonly object[];
    expect(told).to.have.length(2);
    expect(told.at(-1)).to.include({ subject: group.id, actor: 'cli', reason: 'scim:hr' });
  });
});
