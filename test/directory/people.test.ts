import { expect } from 'chai';
import { hostEvents } from '../../src/audit/catalogue.ts';
import { createAudit } from '../../src/audit/log.ts';
import { createPeople } from '../../src/directory/people.ts';
import { endings } from '../../src/directory/endings.ts';
import { localPasswords } from '../../src/directory/local-password.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { Conflict } from '../../src/store/port.ts';
import { openStore } from '../../src/store/open.ts';
import { everything } from '../../src/store/query.ts';
import { outcome, rejection } from '../support/store.ts';
import { roomCollections, rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';

const CLI = { actor: 'cli' };

describe('people', () => {
  let r: Rooms;
  beforeEach(async () => {
    r = await rooms();
  });
  afterEach(async () => {
    await r[Symbol.asyncDispose]();
  });

  it('gives one of fifty parallel creations of a user name the name, whatever its case', async () => {
    const spellings = ['anna', 'ANNA', 'Anna', 'ａｎｎａ'];
    const tries = Array.from({ length: 50 }, (_, n) => r.person({ userName: spellings[n % 4] ?? 'anna' }));
    const results = await Promise.allSettled(tries);
    const refused = results.filter((result) => result.status === 'rejected').map((result) => result.reason as unknown);
    expect(refused).to.have.length(49);
    for (const reason of refused) {
      expect(reason).to.be.instanceOf(Conflict).and.include({ reason: 'duplicate', index: 'userName' });
    }
    expect((await r.directory.people.list()).docs).to.have.length(1);
  });

  it('gives one of two creations the name when each comes through an opening of its own', async () => {
    const { url } = r;
    const second = await openStore({ url, collections: roomCollections, migrations: [], clock: r.clock });
    const audit = createAudit(hostEvents, r.clock, systemRandom, r.secrets);
    const elsewhere = createPeople(second, r.clock, systemRandom, audit);
    const results = await Promise.all([
      outcome(r.person({ userName: 'anna' })),
      outcome(second.commit(elsewhere.creating({ userName: 'Anna' }, CLI).changes)),
    ]);
    await second.close();
    expect(results.filter((result) => (result as Conflict | undefined)?.reason === 'duplicate')).to.have.length(1);
  });

  it('writes the log line of a creation in the same commit', async () => {
    const anna = await r.person({ userName: 'anna' });
    await rejection(r.person({ userName: 'ANNA' }));
    expect(await r.events()).to.have.length(1);
    expect((await r.events())[0]).to.include({ type: 'person.created', subject: anna.id, actor: 'cli' });
  });

  it('refuses names that cannot be typed or that show as another name', () => {
    for (const userName of ['', '  ', 'a\0b', 'a\r\nb', 'a\u202Eb', '\uD800', 'x'.repeat(257)]) {
      expect(() => r.directory.people.creating({ userName }, CLI), JSON.stringify(userName))
        .to.throw()
        .with.property('code', 'bad_request');
    }
  });

  it('refuses mail addresses that are not one plain address', () => {
    for (const value of ['a', 'a@b@c', 'a@b, c@d', '<a@b>', 'a@b\r\nBcc: c@d', '"a b"@c', 'a@', '@b', 'a b@c']) {
      expect(() => r.directory.people.creating({ userName: 'a', emails: [{ value }] }, CLI), JSON.stringify(value))
        .to.throw()
        .with.property('code', 'bad_request');
    }
  });

  it('ends everything signed in when a person is disabled, and says so in the log', async () => {
    const anna = await r.person({ userName: 'anna' });
    await r.commit(r.directory.people.updating(anna, { active: false }, CLI));
    const account = await r.directory.accounts.byId(anna.id);
    expect(account).to.include({ active: false, epoch: 2 });
    expect((await r.events()).at(-1)).to.include({ type: 'person.disabled', subject: anna.id });
    expect((await r.store.find(endings, everything)).docs.map(({ accountId }) => accountId)).to.deep.equal([anna.id]);
  });

  it('does not bring old sessions back when a person is enabled again', async () => {
    const anna = await r.person({ userName: 'anna', active: false });
    await r.commit(r.directory.people.updating(anna, { active: true }, CLI));
    expect(await r.directory.accounts.byId(anna.id)).to.include({ active: true, epoch: 1 });
    expect((await r.events()).at(-1)).to.include({ type: 'person.enabled' });
  });

  it('names the attributes that an update changed, and writes nothing for none', async () => {
    const anna = await r.person({ userName: 'anna', title: 'Dr', department: 'Lab' });
    expect(r.directory.people.updating(anna, { title: 'Dr' }, CLI)).to.deep.equal([]);
    await r.commit(r.directory.people.updating(anna, { title: 'Prof', department: undefined, nickName: 'An' }, CLI));
    const after = await r.directory.people.byId(anna.id);
    expect(after).to.include({ title: 'Prof', nickName: 'An' }).and.not.have.property('department');
    expect((await r.events()).at(-1)?.reason?.split(' ')).to.have.members(['title', 'nickName', 'department']);
  });

  it('refuses an update of what somebody else has changed meanwhile', async () => {
    const anna = await r.person({ userName: 'anna' });
    await r.commit(r.directory.people.updating(anna, { title: 'Dr' }, CLI));
    const late = await rejection(r.commit(r.directory.people.updating(anna, { title: 'Prof' }, CLI)));
    expect(late).to.be.instanceOf(Conflict).and.include({ reason: 'stale' });
  });

  it('never undoes the end of sessions by an update that began before it', async () => {
    const anna = await r.person({ userName: 'anna' });
    await r.commit(r.directory.people.signingOut(anna.id));
    const late = await rejection(r.commit(r.directory.people.updating(anna, { title: 'Dr' }, CLI)));
    expect(late).to.be.instanceOf(Conflict);
    expect(await r.directory.accounts.byId(anna.id)).to.include({ epoch: 2 });
  });

  it('frees the user name of a deleted person and gives the next one nothing of theirs', async () => {
    const old = await r.person({ userName: 'anna', adminRoles: ['owner'] }, 'old password');
    const team = r.directory.groups.creating({ displayName: 'Team' }, CLI);
    await r.commit(team.changes);
    const group = await r.directory.groups.byName('team');
    if (!group) throw new Error('no group');
    await r.commit(r.directory.groups.adding(group, old, CLI));
    await r.commit(await r.directory.people.deleting(old, CLI));

    const next = await r.person({ userName: 'anna' });
    expect(next.id).not.to.equal(old.id);
    const account = await r.directory.accounts.byName('anna');
    expect(account).to.deep.include({ id: next.id, groups: [], administrator: false });
    if (!account) throw new Error('no account');
    expect(await r.directory.passwords.verify(account, 'old password')).to.deep.equal({ outcome: 'wrong' });
    expect(await r.store.get(localPasswords, old.id)).to.equal(undefined);
    expect((await r.directory.groups.members(group.id)).docs).to.deep.equal([]);
  });

  it('never gives the id of a deleted person to another', async () => {
    const old = await r.person({ userName: 'anna', id: 'brought-along' });
    await r.commit(await r.directory.people.deleting(old, CLI));
    const again = await rejection(r.person({ userName: 'berta', id: 'brought-along' }));
    expect(again).to.be.instanceOf(Conflict).and.include({ reason: 'duplicate', collection: 'tombstones' });
    expect(await r.directory.accounts.byId('brought-along')).to.equal(undefined);
  });

  it('takes nothing from a patch that is not an attribute', async () => {
    const anna = await r.person({ userName: 'anna' });
    const patch = {
      title: 'Dr',
      adminRoles: ['owner'],
      epoch: 99,
      id: 'other',
      authority: 'corp',
      userNameFolded: 'x',
    };
    await r.commit(r.directory.people.updating(anna, patch, CLI));
    const kept = { id: anna.id, epoch: 1, authority: 'local', userNameFolded: 'anna', title: 'Dr', adminRoles: [] };
    expect(await r.directory.people.byName('anna')).to.deep.include(kept);
  });

  it('keeps administrative roles apart from the roles that provisioning writes', async () => {
    const anna = await r.person({ userName: 'anna', roles: [{ value: 'owner' }] });
    expect(await r.directory.accounts.byId(anna.id)).to.include({ administrator: false });
    await r.commit(r.directory.people.settingRoles(anna, ['owner'], CLI));
    expect(await r.directory.accounts.byId(anna.id)).to.include({ administrator: true });
    expect((await r.events()).at(-1)).to.include({ type: 'person.roles_changed', reason: 'owner' });
  });
});
