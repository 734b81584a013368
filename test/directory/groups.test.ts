import { expect } from 'chai';
import { Conflict } from '../../src/store/port.ts';
import type { Stored } from '../../src/store/port.ts';
import type { Group } from '../../src/directory/group.ts';
import { groupIdsOf } from '../../src/directory/memberships.ts';
import { sweepingJob } from '../../src/directory/sweeping.ts';
import { rejection } from '../support/store.ts';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';

const CLI = { actor: 'cli' };

describe('groups', () => {
  let r: Rooms;
  beforeEach(async () => {
    r = await rooms();
  });
  afterEach(async () => {
    await r[Symbol.asyncDispose]();
  });

  const group = async (displayName: string, source?: string): Promise<Stored<Group>> => {
    const { group, changes } = r.directory.groups.creating({ displayName, ...(source && { source }) }, CLI);
    await r.commit(changes);
    const stored = await r.directory.groups.byId(group.id);
    if (!stored) throw new Error('the group was not created');
    return stored;
  };
  const nest = async (outer: Stored<Group>, inner: Stored<Group>): Promise<void> => {
    await r.commit(await r.directory.groups.nesting(outer, inner, CLI));
  };

  it('shows a person in every group at once, with a log line for each', async () => {
    const anna = await r.person({ userName: 'anna' });
    for (const name of ['Staff', 'Lab']) await r.commit(r.directory.groups.adding(await group(name), anna, CLI));
    expect((await r.directory.accounts.byId(anna.id))?.groups).to.have.members(['Staff', 'Lab']);
    expect((await r.events()).filter(({ type }) => type === 'group.member_added')).to.have.length(2);
  });

  it('loses none of fifty members that are added at once', async () => {
    const staff = await group('Staff');
    const people = await Promise.all(Array.from({ length: 50 }, (_, n) => r.person({ userName: `p${String(n)}` })));
    await Promise.all(people.map((person) => r.commit(r.directory.groups.adding(staff, person, CLI))));
    expect((await r.directory.groups.members(staff.id)).docs).to.have.length(50);
    expect((await r.directory.groups.byId(staff.id))?.version, 'the group itself is not written').to.equal(
      staff.version,
    );
  });

  it('refuses a member twice, and one who is deleted', async () => {
    const staff = await group('Staff');
    const anna = await r.person({ userName: 'anna' });
    await r.commit(r.directory.groups.adding(staff, anna, CLI));
    const twice = await rejection(r.commit(r.directory.groups.adding(staff, anna, CLI)));
    expect(twice).to.be.instanceOf(Conflict).and.include({ reason: 'duplicate', collection: 'memberships' });
    const berta = await r.person({ userName: 'berta' });
    await r.commit(await r.directory.people.deleting(berta, CLI));
    const gone = await rejection(r.commit(r.directory.groups.adding(staff, berta, CLI)));
    expect(gone).to.be.instanceOf(Conflict).and.include({ collection: 'people' });
  });

  it('gives one of two local groups a name, and lets provisioning bring several of one name', async () => {
    await group('Staff');
    const { changes } = r.directory.groups.creating({ displayName: 'STAFF' }, CLI);
    expect(await rejection(r.commit(changes)))
      .to.be.instanceOf(Conflict)
      .and.include({ index: 'localName' });
    await group('Staff', 'entra');
    expect(await rejection(r.directory.groups.byName('staff'))).to.include({ code: 'bad_request' });
  });

  it('counts membership through nested groups, at any depth', async () => {
    const [all, staff, lab] = [await group('All'), await group('Staff'), await group('Lab')];
    await nest(all, staff);
    await nest(staff, lab);
    const anna = await r.person({ userName: 'anna' });
    await r.commit(r.directory.groups.adding(lab, anna, CLI));
    expect((await r.directory.accounts.byId(anna.id))?.groups).to.have.members(['All', 'Staff', 'Lab']);
    expect(await r.directory.claimsOf(anna.id)).to.deep.include({ groups: ['All', 'Lab', 'Staff'] });
  });

  it('refuses a group that would hold itself', async () => {
    const [a, b, c] = [await group('A'), await group('B'), await group('C')];
    await nest(a, b);
    await nest(b, c);
    for (const [outer, inner] of [
      [a, a],
      [b, a],
      [c, a],
    ] as const) {
      expect(await rejection(nest(outer, inner))).to.include({ code: 'bad_request' });
    }
  });

  it('lets no two nestings at once close a cycle that neither sees', async () => {
    const [a, b] = [await group('A'), await group('B')];
    const both = await Promise.all([r.directory.groups.nesting(a, b, CLI), r.directory.groups.nesting(b, a, CLI)]);
    const results = await Promise.allSettled(both.map((changes) => r.commit(changes)));
    expect(results.filter((result) => result.status === 'fulfilled')).to.have.length(1);
    expect([...(await groupIdsOf(r.store, a.id)), ...(await groupIdsOf(r.store, b.id))]).to.have.length(1);
  });

  it('takes a deleted group away from everybody at once', async () => {
    const staff = await group('Staff');
    const anna = await r.person({ userName: 'anna' });
    await r.commit(r.directory.groups.adding(staff, anna, CLI));
    await r.commit(r.directory.groups.deleting(staff, CLI));
    expect((await r.directory.accounts.byId(anna.id))?.groups).to.deep.equal([]);
    expect(await sweepingJob(r.store, r.clock).run()).to.equal(true);
    expect(await sweepingJob(r.store, r.clock).run()).to.equal(false);
    expect((await r.directory.groups.members(staff.id)).docs).to.deep.equal([]);
  });

  it('lets a member go once', async () => {
    const staff = await group('Staff');
    const anna = await r.person({ userName: 'anna' });
    await r.commit(r.directory.groups.adding(staff, anna, CLI));
    await r.commit(r.directory.groups.removing(staff, anna, CLI));
    expect((await r.directory.accounts.byId(anna.id))?.groups).to.deep.equal([]);
    const again = await rejection(r.commit(r.directory.groups.removing(staff, anna, CLI)));
    expect(again).to.be.instanceOf(Conflict).and.include({ reason: 'missing' });
  });

  it('finds every group of a person who is in more than a page of them', async () => {
    const anna = await r.person({ userName: 'anna' });
    const made = Array.from({ length: 1100 }, (_, n) =>
      r.directory.groups.creating({ displayName: `g${String(n)}` }, CLI),
    );
    await r.commit(made.flatMap(({ changes }) => changes));
    const stored = made.map(({ group }) => ({ ...group, version: 1 }));
    await r.commit(stored.flatMap((one) => r.directory.groups.adding(one, anna, CLI)));
    expect((await r.directory.accounts.byId(anna.id))?.groups).to.have.length(1100);
  });
});
