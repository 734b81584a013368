import { expect } from 'chai';
import type { Group } from '../../src/directory/group.ts';
import { groupIdsOf } from '../../src/directory/memberships.ts';
import { sweepingJob } from '../../src/directory/sweeping.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { createLimits } from '../../src/limits/counters.ts';
import { createMailbox } from '../../src/notify/mailbox.ts';
import { createNotify } from '../../src/notify/outbox.ts';
import { Conflict } from '../../src/store/port.ts';
import type { Stored } from '../../src/store/port.ts';
import { courier } from '../notify/courier.ts';
import { onEveryEngine } from '../support/engines.ts';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';

const CLI = { actor: 'cli' };

onEveryEngine('people, limits and messages under many hands', (engine) => {
  let r: Rooms;
  beforeEach(async () => {
    r = await rooms(undefined, undefined, engine);
  });
  afterEach(async () => {
    await r[Symbol.asyncDispose]();
  });

  const group = async (displayName: string): Promise<Stored<Group>> => {
    const { group, changes } = r.directory.groups.creating({ displayName }, CLI);
    await r.commit(changes);
    const stored = await r.directory.groups.byId(group.id);
    if (!stored) throw new Error('the group was not created');
    return stored;
  };

  it('fifty creations of one user name make one person, with one line in the log', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, () => r.person({ userName: 'anna' }, 'pass word')),
    );
    for (const result of results) {
      if (result.status === 'rejected')
        expect(result.reason).to.be.instanceOf(Conflict).and.include({ index: 'userName' });
    }
    expect(results.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
    expect((await r.directory.people.list()).docs).to.have.length(1);
    expect(await r.events()).to.have.length(1);
  });

  it('fifty members added at once are all members', async () => {
    const staff = await group('Staff');
    const people = await Promise.all(Array.from({ length: 50 }, (_, n) => r.person({ userName: `p${String(n)}` })));
    await Promise.all(people.map((person) => r.commit(r.directory.groups.adding(staff, person, CLI))));
    expect((await r.directory.groups.members(staff.id)).docs).to.have.length(50);
  });

  it('two nestings at once close no cycle', async () => {
    const [a, b] = [await group('A'), await group('B')];
    const both = await Promise.all([r.directory.groups.nesting(a, b, CLI), r.directory.groups.nesting(b, a, CLI)]);
    await Promise.allSettled(both.map((changes) => r.commit(changes)));
    expect([...(await groupIdsOf(r.store, a.id)), ...(await groupIdsOf(r.store, b.id))]).to.have.length(1);
  });

  it('who is added to a group while they are deleted leaves nothing there', async () => {
    const staff = await group('Staff');
    const people = await Promise.all(Array.from({ length: 10 }, (_, n) => r.person({ userName: `p${String(n)}` })));
    await Promise.allSettled(
      people.flatMap((person) => [
        r.directory.people.deleting(person, CLI).then((changes) => r.commit(changes)),
        r.commit(r.directory.groups.adding(staff, person, CLI)),
      ]),
    );
    const job = sweepingJob(r.store, r.clock);
    while (await job.run());
    const members = (await r.directory.groups.members(staff.id)).docs;
    const left = await Promise.all(members.map(({ member }) => r.directory.people.byId(member)));
    expect(left).not.to.include(undefined);
  });

  it('of two resets at once one wins, and the epoch rises once', async () => {
    const { id } = await r.person({ userName: 'anna' }, 'old password');
    const anna = await r.directory.accounts.byId(id);
    if (!anna) throw new Error('anna is not there');
    const resets = await Promise.all(
      ['one', 'two'].map((word) => r.directory.passwords.set(anna, `${word} password`, 'reset')),
    );
    const results = await Promise.allSettled(resets.map((changes) => r.commit(changes)));
    expect(results.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
    expect(await r.directory.accounts.byId(id)).to.include({ epoch: 2 });
  });

  it('a limit lets exactly its cap through', async () => {
    const limits = createLimits(r.store, r.clock, r.secrets);
    const told = await Promise.all(
      Array.from({ length: 50 }, () => limits.spend({ name: 'sends', cap: 5, window: MINUTE }, 'anna')),
    );
    expect(told.filter(Boolean)).to.have.length(5);
    r.clock.advance(MINUTE);
    expect(await limits.spend({ name: 'sends', cap: 5, window: MINUTE }, 'anna')).to.equal(true);
  });

  it('somebody is found by every spelling of name and mail', async () => {
    const { id } = await r.person({
      userName: 'Große',
      emails: [{ value: 'Gross@X.example' }, { value: 'g@x.example' }],
    });
    for (const typed of ['GROSSE', 'große', 'gross@x.EXAMPLE', 'G@x.example']) {
      expect(await r.directory.accounts.byName(typed), typed).to.include({ id });
    }
  });

  it('messages are delivered once by two nodes, newest first in the mailbox', async () => {
    const notify = createNotify(r.clock, systemRandom, r.secrets);
    const mailbox = createMailbox(r.store, r.clock, systemRandom, r.secrets);
    const message = (n: number) =>
      notify.message({ channel: 'mail', to: `p${String(n)}@x.example`, template: 'a/b', locale: 'en', data: {} });
    await r.commit(Array.from({ length: 12 }, (_, n) => message(n)));
    const job = courier(r, { mail: mailbox.channel('mail') });
    await Promise.all(
      [1, 2].map(async () => {
        while (await job.run());
      }),
    );
    const entries = await mailbox.entries();
    expect(new Set(entries.map(({ to }) => to))).to.have.length(12);
    expect(entries).to.have.length(12);
  });
});
