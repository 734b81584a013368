import { expect } from 'chai';
import { systemClock } from '../../src/kernel/clock.ts';
import { openMongo } from '../../src/store/mongo/engine.ts';
import { change } from '../../src/store/port.ts';
import type { Store } from '../../src/store/port.ts';
import { everything, ne } from '../../src/store/query.ts';
import { mongoDatabaseOn } from '../support/mongo-database.ts';
import { startMongod } from '../support/mongod.ts';
import { describeOnMongod, mongodPath } from '../support/mongo-suite.ts';
import { contendFrom, killedAfter } from '../support/store-processes.ts';
import { accounts, things } from '../support/store-samples.ts';
import { allPages } from '../support/store.ts';

const PROCESSES = 4;
const AT_ONCE = 100;
const numbered = (count: number, name: string): readonly string[] =>
  Array.from({ length: count }, (_, number) => `${name}${String(number)}`);

describeOnMongod('several processes on one MongoDB store', (mongod) => {
  const open = (url: string): Promise<Store> =>
    openMongo({ url, collections: [accounts, things], migrations: [], clock: systemClock });

  it(`have one winner for each document, value and count among ${String(PROCESSES)}`, async () => {
    await using database = mongoDatabaseOn(mongod());
    const store = await open(database.url);
    await store.insertMany(accounts, [
      ...numbered(10, 'take').map((id) => ({ id })),
      ...numbered(30, 'job').map((id, due) => ({ id, state: 'waiting', due })),
    ]);
    const tallies = await contendFrom(database.url, PROCESSES);
    expect(tallies.reduce((sum, { taken }) => sum + taken, 0)).to.equal(10);
    const counted = tallies.flatMap((tally) => tally.counted).toSorted((a, b) => a - b);
    expect(counted).to.deep.equal(Array.from({ length: 25 }, (_, count) => count + 1));
    expect(tallies.flatMap(({ inserted }) => inserted).toSorted()).to.deep.equal(numbered(10, 'user'));
    expect(tallies.flatMap(({ claimed }) => claimed).toSorted()).to.deep.equal(numbered(30, 'job').toSorted());
    await store.close();
  });

  it('leave whole commits behind, and all that was told, when they are killed', async () => {
    // A transaction whose process has died keeps its documents until the server ends it, a minute if it is not told.
    const impatient = await startMongod(mongodPath(), { parameters: { transactionLifetimeLimitSeconds: 1 } });
    const database = mongoDatabaseOn(impatient);
    const told = await Promise.all(
      [1, 20, 57].map(async (pairs) => {
        const name = `after${String(pairs)}-`;
        return numbered((await killedAfter(database.url, name, pairs)) + 1, name);
      }),
    );
    const store = await open(database.url);
    const page = { sort: [{ path: 'id' }], limit: 1000 };
    const left = await allPages(store, accounts, ne('id', 'count'), page);
    const right = await allPages(store, things, everything, page);
    expect(left.map(({ id }) => id)).to.deep.equal(right.map(({ id }) => id));
    expect(left.map(({ id }) => id)).to.include.members(told.flat());
    expect(await store.get(accounts, 'count')).to.include({ tries: left.length });
    await store.close();
    await impatient.kill();
  });

  it(`let ${String(AT_ONCE)} commits at once, from two of them, count on one document without refusing any`, async () => {
    await using database = mongoDatabaseOn(mongod());
    const stores = await Promise.all([open(database.url), open(database.url)]);
    const by = { field: 'tries', cap: AT_ONCE, initial: { id: 'count', tries: 0 } };
    await Promise.all(
      stores.flatMap((store, number) =>
        numbered(AT_ONCE / 2, `s${String(number)}-`).map((id) =>
          store.commit([change.insert(things, { id, name: 'n' }), change.increment(accounts, 'count', by)]),
        ),
      ),
    );
    expect(await stores[0].get(accounts, 'count')).to.include({ tries: AT_ONCE });
    await Promise.all(stores.map((store) => store.close()));
  });
});
