import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Asker } from '../../plugins/scim/clients/client.ts';
import { auditEvents } from '../../plugins/scim/audit-events.ts';
import { collections } from '../../plugins/scim/collections.ts';
import { parseFilter } from '../../plugins/scim/filter/parse.ts';
import { sortOf } from '../../plugins/scim/filter/sort.ts';
import { toQuery } from '../../plugins/scim/filter/translate.ts';
import { createUsers } from '../../plugins/scim/people/users.ts';
import { resourceTypes } from '../../plugins/scim/schema/resource-types.ts';
import type { Kind } from '../../plugins/scim/server/kind.ts';
import { createAudit } from '../../src/audit/log.ts';
import { hostEvents } from '../../src/audit/catalogue.ts';
import { createDirectory } from '../../src/directory/directory.ts';
import type { Directory } from '../../src/directory/directory.ts';
import { people } from '../../src/directory/person.ts';
import { openPasswordHashing } from '../../src/directory/password-hashing.ts';
import { boundedQueue } from '../../src/kernel/bounded-queue.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { openSqlite } from '../../src/store/sqlite/engine.ts';
import type { Store } from '../../src/store/port.ts';
import { everything, sw } from '../../src/store/query.ts';
import { testClock } from '../support/clock.ts';
import { planFaults } from '../support/query-plans.ts';
import { CHEAP, roomCollections, testSecrets } from '../support/rooms.ts';

const MANY = 3000;
const type = resourceTypes().User;
const asker: Asker = { client: { name: 'entra', access: 'write', types: new Set(['User']) }, by: {} };
const all = (): boolean => true;

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('people over SCIM, where there are many', () => {
  const clock = testClock();
  let folder: string;
  let store: Store;
  let users: Kind;
  let directory: Directory;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
    // Fewer rows than there are people: whatever is not served by an index is refused.
    const options = { collections: [...roomCollections, ...collections], migrations: [], clock, budget: 1500 };
    store = await openSqlite({ file: join(folder, 'store.db'), ...options });
    const secrets = testSecrets();
    const audit = createAudit({ ...hostEvents, ...auditEvents }, clock, systemRandom, secrets);
    const hashing = await openPasswordHashing(boundedQueue(1, 1, 1), systemRandom, CHEAP);
    directory = createDirectory({ store, clock, random: systemRandom, audit, hashing });
    const nothing = () => Promise.resolve([]);
    const judgedPassword = () => Promise.resolve({ faults: [], changes: [] });
    const access = { ...directory, passwordSet: nothing, unlockFound: nothing, restored: nothing, judgedPassword };
    users = createUsers(
      { ...directory, store, clock, secrets, audit },
      access,
      { passwords: false },
      type,
      'https://x',
    );
    const named = (n: number) => {
      const id = `p${String(n).padStart(5, '0')}`;
      const emails = [{ value: `${id}@x.example` }];
      return { id, userName: id, externalId: `e${String(n)}`, emails, source: 'scim:entra', title: String(n % 7) };
    };
    await store.insertMany(
      people,
      Array.from({ length: MANY }, (_, n) => directory.people.creating(named(n), {}).person),
    );
  });
  after(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  const idsBy = async (filter: string): Promise<readonly unknown[]> => {
    const query = toQuery(parseFilter(filter), type);
    const [{ docs }, total] = await Promise.all([
      users.find(asker, query, { limit: 10 }, all),
      users.count(asker, query),
    ]);
    expect(total, filter).to.equal(docs.length);
    return docs.map((resource) => resource['id']);
  };

  it('every declared index serves what it is there for', async () => {
    expect(await planFaults(collections)).to.deep.equal([]);
  });

  it('are looked up by an index, by what the great clients look for', async () => {
    for (const filter of [
      'userName eq "P02999"',
      'externalId eq "e2999"',
      'id eq "p02999"',
      'emails.value eq "P02999@x.example"',
      'emails eq "p02999@x.example"',
      'emails[value eq "p02999@x.example"]',
      'userName eq "p02999" and active eq true',
      'userName eq "p02999" or externalId eq "e2999"',
    ]) {
      expect(await idsBy(filter), filter).to.deep.equal(['p02999']);
    }
    expect(await idsBy(`userName eq "00000000-0000-0000-0000-000000000000"`)).to.deep.equal([]);
    expect(await idsBy('userName sw "P0299"')).to.have.length(10);
  });

  it('come and change at the cost of a look-up, also with an address that thousands share', async () => {
    const emails = [{ value: 'office@x.example' }];
    const sharing = (n: number) => ({ userName: `shared${String(n)}`, emails, source: 'scim:okta' });
    await store.insertMany(
      people,
      Array.from({ length: MANY }, (_, n) => directory.people.creating(sharing(n), {}).person),
    );
    const sent = {
      userName: 'one-more@x.example',
      emails: [{ value: 'office@x.example' }, { value: 'own@x.example' }],
    };
    const id = (await users.create(asker, sent, all))['id'] as string;
    const renamed = { ...sent, userName: 'other@x.example', emails: [...sent.emails, { value: 'new@x.example' }] };
    await users.replace(asker, id, renamed, {}, all);
    const taken = { userName: 'thief', emails: [{ value: 'p00001@x.example' }] };
    const okta: Asker = { ...asker, client: { ...asker.client, name: 'okta' } };
    expect(await failure(users.create(okta, taken, all))).to.include({ status: 409 });
    await users.remove(asker, id, {});
    await store.removeAll(people, sw('userNameFolded', 'shared'));
  });

  it('are refused as too many where no index serves what is asked', async () => {
    const query = toQuery(parseFilter('title eq "9"'), type);
    expect(await failure(users.find(asker, query, { limit: 10 }, all))).to.include({ code: 'too_costly' });
    const byTitle = sortOf(type, 'title');
    expect(await failure(users.find(asker, everything, { sort: byTitle, limit: 10 }, all))).to.include({
      code: 'too_costly',
    });
  });

  it('are paged at any depth by an index, and skipped by an index alone', async () => {
    for (const sort of [[], sortOf(type, 'userName'), sortOf(type, 'userName', 'descending')]) {
      const cursor = await users.skip(asker, everything, sort, 2990);
      expect(cursor).to.be.a('string');
      const page = await users.find(asker, everything, { sort, limit: 20, ...(cursor && { cursor }) }, all);
      expect(page.docs).to.have.length(10);
      expect(page.next).to.equal(undefined);
    }
    expect(await users.count(asker, everything)).to.equal(MANY);
    expect(await users.skip(asker, everything, [], MANY)).to.equal(undefined);
  });
});
