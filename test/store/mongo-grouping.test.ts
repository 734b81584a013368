import { expect } from 'chai';
import { systemClock } from '../../src/kernel/clock.ts';
import { openMongo } from '../../src/store/mongo/engine.ts';
import { change } from '../../src/store/port.ts';
import { eq, everything } from '../../src/store/query.ts';
import { mongoDatabaseOn } from '../support/mongo-database.ts';
import type { MongoDatabase } from '../support/mongo-database.ts';
import { describeOnMongod } from '../support/mongo-suite.ts';
import { accounts, things } from '../support/store-samples.ts';

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
});
