import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createAudit } from '../../src/audit/log.ts';
import { auditEvents, FRESH } from '../../src/audit/record.ts';
import { hostEvents } from '../../src/audit/catalogue.ts';
import { createListing } from '../../src/audit/listing.ts';
import { createPeople } from '../../src/directory/people.ts';
import { createGroups } from '../../src/directory/groups.ts';
import { groups, memberships, membershipId } from '../../src/directory/group.ts';
import { groupIdsOf } from '../../src/directory/memberships.ts';
import { createLocalAuthority } from '../../src/directory/local-authority.ts';
import { localPasswords } from '../../src/directory/local-password.ts';
import { openPasswordHashing } from '../../src/directory/password-hashing.ts';
import { people } from '../../src/directory/person.ts';
import { boundedQueue } from '../../src/kernel/bounded-queue.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { mailbox } from '../../src/notify/mailbox.ts';
import { outbox } from '../../src/notify/outbox.ts';
import { openSqlite } from '../../src/store/sqlite/engine.ts';
import type { Store } from '../../src/store/port.ts';
import { and, eq, everything, le } from '../../src/store/query.ts';
import { planFaults } from '../support/query-plans.ts';
import { CHEAP, roomCollections, testSecrets } from '../support/rooms.ts';
import { testClock } from '../support/clock.ts';

const MANY = 3000;

describe('with many people, groups, events and messages', () => {
  const clock = testClock();
  const audit = createAudit(hostEvents, clock, systemRandom, testSecrets());
  let folder: string;
  let store: Store;

  const numbered = <T>(make: (n: number) => T): readonly T[] => Array.from({ length: MANY }, (_, n) => make(n));

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
    // Hardly more rows than a page: whatever is not served by an index is refused.
    const options = { collections: roomCollections, migrations: [], clock, budget: 100 };
    store = await openSqlite({ file: join(folder, 'store.db'), ...options });
    const { creating } = createPeople(store, clock, systemRandom, audit);
    await store.insertMany(
      people,
      numbered((n) => {
        const value = `p${String(n)}@x.example`;
        return creating({ userName: `p${String(n)}`, id: `p${String(n)}`, emails: [{ value }] }, {}).person;
      }),
    );
    const group = (n: number) => ({
      id: `g${String(n)}`,
      displayName: `G${String(n)}`,
      displayNameFolded: `g${String(n)}`,
    });
    const stamps = { foldVersion: 1, source: 'local', createdAt: 0, updatedAt: 0 };
    await store.insertMany(
      groups,
      numbered((n) => ({ ...group(n), ...stamps })),
    );
    await store.insertMany(
      memberships,
      numbered((n) => ({
        id: membershipId('g0', `p${String(n)}`),
        group: 'g0',
        member: `p${String(n)}`,
        memberKind: 'person',
        addedAt: 0,
      })),
    );
    await store.insertMany(
      auditEvents,
      numbered((n) => ({
        id: `e${String(n)}`,
        at: n,
        type: 'signin.success',
        result: 'success',
        subject: `p${String(n)}`,
        batch: FRESH,
      })),
    );
    await store.insertMany(
      outbox,
      numbered((n) => ({
        id: `m${String(n)}`,
        channel: 'mail',
        to: 'a@x.example',
        template: 'sspr/code',
        locale: 'en',
        data: '{}',
        state: 'waiting',
        attempts: 0,
        dueAt: clock.now() + n,
        createdAt: n,
      })),
    );
    await store.insertMany(
      localPasswords,
      numbered((n) => ({ id: `p${String(n)}`, hash: '', changedAt: n, history: [] })),
    );
    await store.insertMany(
      mailbox,
      numbered((n) => ({ id: `b${String(n).padStart(5, '0')}`, sealed: '' })),
    );
  });
  after(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  it('every declared index serves what it is there for', async () => {
    expect(await planFaults(roomCollections)).to.deep.equal([]);
  });

  it('somebody is found, listed and counted among their groups by an index', async () => {
    const directory = createPeople(store, clock, systemRandom, audit);
    expect(await directory.byName('P2999')).to.include({ id: 'p2999' });
    expect(await directory.byName('P2998@X.example')).to.include({ id: 'p2998' });
    expect((await directory.list({ limit: 2 })).docs.map(({ id }) => id)).to.deep.equal(['p0', 'p1']);
    expect([...(await groupIdsOf(store, 'p2999'))]).to.deep.equal(['g0']);
  });

  it('a group is found and its members are paged by an index', async () => {
    const directory = createGroups(store, clock, systemRandom, audit);
    expect(await directory.byName('g2999')).to.include({ id: 'g2999' });
    expect((await directory.list({ limit: 1 })).docs).to.have.length(1);
    const first = await directory.members('g0', { limit: 10 });
    const second = await directory.members('g0', { limit: 10, ...(first.next && { cursor: first.next }) });
    expect(second.docs).to.have.length(10);
  });

  it('events are listed by an index, by time, person or type', async () => {
    const limit = { limit: 5 };
    const { page } = createListing(store, testSecrets());
    expect((await page({}, limit)).events[0]).to.include({ at: MANY - 1 });
    expect((await page({ subject: 'p7' }, limit)).events).to.have.length(1);
    expect((await page({ type: 'signin.success', since: 10, until: 12 }, limit)).events).to.have.length(2);
    expect((await page({ since: 10, until: 12 }, limit)).events).to.have.length(2);
  });

  it('passwords are listed by when they were set, by an index', async () => {
    const hashing = await openPasswordHashing(boundedQueue(1, 1, 1), systemRandom, CHEAP);
    const { setBetween } = createLocalAuthority(store, clock, systemRandom, hashing);
    const pages = await Array.fromAsync(setBetween?.(10, 12) ?? []);
    const ages = [10, 11, 12].map((n) => ({ accountId: `p${String(n)}`, changedAt: n }));
    expect(pages.flat()).to.deep.equal(ages);
  });

  it('the next message that is due is claimed by an index, and the mailbox is paged by one', async () => {
    const query = and(eq('channel', 'mail'), eq('state', 'waiting'), le('dueAt', clock.now() + 5));
    const claimed = await store.claim(outbox, { query, sort: [{ path: 'dueAt' }], lease: 1000 });
    expect(claimed).to.include({ id: 'm0' });
    const newest = await store.find(mailbox, everything, { sort: [{ path: 'id', descending: true }], limit: 2 });
    expect(newest.docs[0]).to.include({ id: 'b02999' });
    const older = newest.next === undefined ? {} : { cursor: newest.next };
    const rest = await store.find(mailbox, everything, {
      sort: [{ path: 'id', descending: true }],
      limit: 2,
      ...older,
    });
    expect(rest.docs[0]).to.include({ id: 'b02997' });
  });
});
