import { expect } from 'chai';
import { systemClock } from '../../src/kernel/clock.ts';
import { openMongo } from '../../src/store/mongo/engine.ts';
import { change } from '../../src/store/port.ts';
import { eq, everything } from '../../src/store/query.ts';
import { mongoDatabaseOn } from '../support/mongo-database.ts';
import type { MongoDatabase } from '../support/mongo-database.ts';
import { startMongod } from '../support/mongod.ts';
import { describeOnMongod, mongodPath } from '../support/mongo-suite.ts';
import { accounts, things } from '../support/store-samples.ts';
import { outcome } from '../support/store.ts';

const COMMITS = 100;

/** Transactions that the server has committed since it was started. */
const committedBy = ({ withDatabase }: MongoDatabase): Promise<number> =>
  withDatabase(async (db) => {
    const status = await db.admin().serverStatus();
    const { totalCommitted } = status['transactions'] as { readonly totalCommitted: number | { toString(): string } };
    return Number(totalCommitted.toString());
  });

describeOnMongod('commits that come together on MongoDB', (mongod) => {
  it('share transactions', async () => {
    await using database = mongoDatabaseOn(mongod());
    const store = await openMongo({
      url: database.url,
      collections: [accounts, things],
      migrations: [],
      clock: systemClock,
    });
    const all = Array.from({ length: COMMITS }, (_, n) => String(n));
    const before = await committedBy(database);
    await Promise.all(
      all.map((id) => store.commit([change.insert(accounts, { id }), change.insert(things, { id, name: 'new' })])),
    );
    await Promise.all(
      all.map((id) =>
        store.commit([
          change.swap(things, { id, name: 'swapped', version: 1 }),
          change.expect(accounts, { id, version: 1 }),
        ]),
      ),
    );
    const transactions = (await committedBy(database)) - before;
    const inserted = await store.count(accounts, everything);
    const swapped = await store.count(things, eq('name', 'swapped'));
    await store.close();
    expect({ inserted, swapped }).to.deep.equal({ inserted: COMMITS, swapped: COMMITS });
    expect(transactions).to.be.at.most(20);
  });

  it('are not made again where nobody knows whether they were made', async () => {
    const failing = await startMongod(mongodPath(), { parameters: { enableTestCommands: 1 } });
    const database = mongoDatabaseOn(failing);
    const store = await openMongo({
      url: database.url,
      collections: [accounts, things],
      migrations: [],
      clock: systemClock,
    });
    // An error that says nothing of whether the commit will be tried again, or has been done: BadValue.
    const data = { failCommands: ['commitTransaction'], errorCode: 2 };
    await database.withDatabase((db) =>
      db.admin().command({ configureFailPoint: 'failCommand', mode: { times: 1 }, data }),
    );
    const outcomes = await Promise.all(
      ['a', 'b', 'c'].map((id) =>
        outcome(store.commit([change.insert(accounts, { id }), change.insert(things, { id, name: 'new' })])),
      ),
    );
    const made = await store.count(things, everything);
    await store.close();
    await failing.kill();
    expect(outcomes).to.deep.equal(['internal', 'internal', 'internal']);
    expect(made).to.equal(0);
  });
});
