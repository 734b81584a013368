import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMongo } from '../../src/store/mongo/engine.ts';
import { change } from '../../src/store/port.ts';
import type { Store } from '../../src/store/port.ts';
import { everything } from '../../src/store/query.ts';
import { testClock } from '../support/clock.ts';
import { startMongod } from '../support/mongod.ts';
import { describeOnMongod, mongodPath } from '../support/mongo-suite.ts';
import { accounts, things } from '../support/store-samples.ts';
import { allPages, outcome } from '../support/store.ts';

const CALLERS = 20;
const ENOUGH = 200;

const MOST_TRIES = 100;

/** The driver looks for a lost server at intervals of its own; each try here waits for its server selection. */
const untilBack = async (store: Store): Promise<void> => {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if ((await outcome(store.get(accounts, 'nobody'))) === undefined) return;
  }
  throw new Error('mongod is back, but the store does not find it');
};

describeOnMongod('durability on MongoDB', () => {
  it('acknowledges nothing that a killed mongod forgets, says so while it is gone, and goes on afterwards', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-durability-'));
    const first = await startMongod(mongodPath(), { folder });
    const url = `${first.url('durability')}&serverSelectionTimeoutMS=300`;
    const store = await openMongo({ url, collections: [accounts, things], migrations: [], clock: testClock() });
    const acknowledged: string[] = [];
    const enough = Promise.withResolvers<undefined>();

    const write = async (caller: number): Promise<unknown> => {
      for (let number = 0; ; number += 1) {
        const id = `c${String(caller)}n${String(number)}`;
        const commit = [change.insert(accounts, { id, userName: id }), change.insert(things, { id, name: 'n' })];
        const error = await outcome(caller % 2 === 0 ? store.commit(commit) : store.insert(accounts, { id }));
        if (error !== undefined) return error;
        await store.durable();
        acknowledged.push(id);
        if (acknowledged.length === ENOUGH) enough.resolve(undefined);
      }
    };
    const writing = Array.from({ length: CALLERS }, (_, caller) => write(caller));
    await enough.promise;
    await first.kill();
    expect(new Set(await Promise.all(writing))).to.deep.equal(new Set(['unavailable']));
    expect(await outcome(store.get(accounts, 'c0n0'))).to.equal('unavailable');

    const second = await startMongod(mongodPath(), { folder, port: first.port });
    await untilBack(store);
    const found = await allPages(store, accounts, everything, { limit: 1000 });
    const ids = found.map(({ id }) => id);
    expect(ids).to.include.members(acknowledged);
    const pairs = (await allPages(store, things, everything, { limit: 1000 })).map(({ id }) => id);
    const committed = found.filter(({ userName }) => userName !== undefined).map(({ id }) => id);
    expect(pairs, 'no half of a commit').to.deep.equal(committed);
    await store.close();
    await second.kill();
    await rm(folder, { recursive: true });
  });

  it('tells who watches of changes made after mongod came back', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-watching-'));
    const first = await startMongod(mongodPath(), { folder });
    const url = `${first.url('watching')}&serverSelectionTimeoutMS=300`;
    const store = await openMongo({ url, collections: [accounts], migrations: [], clock: testClock() });
    let told = Promise.withResolvers<undefined>();
    const stop = store.watch([accounts], () => {
      told.resolve(undefined);
    });
    await told.promise;
    await first.kill();
    expect(await outcome(store.get(accounts, 'a'))).to.equal('unavailable');
    told = Promise.withResolvers<undefined>();
    const second = await startMongod(mongodPath(), { folder, port: first.port });
    await untilBack(store);
    await store.insert(accounts, { id: 'a' });
    await told.promise;
    stop();
    await store.close();
    await second.kill();
    await rm(folder, { recursive: true });
  });
});
