import { expect } from 'chai';
import { z } from 'zod';
import { AppError } from '../../src/kernel/errors.ts';
import { openMongo } from '../../src/store/mongo/engine.ts';
import { change, defineCollection } from '../../src/store/port.ts';
import type { Collection, Store } from '../../src/store/port.ts';
import { co, eq } from '../../src/store/query.ts';
import { testClock } from '../support/clock.ts';
import { freePort } from '../support/free-port.ts';
import { mongoDatabaseOn } from '../support/mongo-database.ts';
import { startMongod } from '../support/mongod.ts';
import { describeOnMongod, mongodPath } from '../support/mongo-suite.ts';
import { accounts, things } from '../support/store-samples.ts';
import { outcome, rejection } from '../support/store.ts';

const open = (url: string, collection: Pick<Collection, keyof Collection> = accounts): Promise<Store> =>
  openMongo({ url, collections: [collection], migrations: [], clock: testClock() });

const refusal = async (promise: Promise<unknown>): Promise<AppError> => {
  const error = await rejection(promise);
  if (!(error instanceof AppError)) throw new Error('an AppError was to be expected', { cause: error });
  return error;
};

describe('a MongoDB that cannot be reached', () => {
  it('is told as unavailable, and the password of its address nowhere', async () => {
    const url = `mongodb://someone:open-sesame@127.0.0.1:${String(await freePort())}/x?serverSelectionTimeoutMS=100`;
    const error = await refusal(open(url));
    expect(error.code).to.equal('unavailable');
    expect(JSON.stringify([error.message, String(error.cause)])).to.not.include('open-sesame');
  });

  it('is told as unusable when the address cannot be read, and the password nowhere', async () => {
    for (const url of [
      'mongodb://someone:open-sesame@',
      'mongodb://someone:open-sesame@a:b:c/x',
      'mongodb://a/?replicaSet',
    ]) {
      const error = await refusal(open(url));
      expect(error.code, url).to.equal('store_unusable');
      expect(JSON.stringify([error.message, String(error.cause)])).to.not.include('open-sesame');
    }
  });
});

describeOnMongod('an unusable MongoDB store', (mongod) => {
  it('is refused when it is a standalone, with what to do about it', async () => {
    const standalone = await startMongod(mongodPath(), { replicaSet: false });
    const error = await refusal(open(standalone.url('x')));
    expect(error.code).to.equal('store_unusable');
    expect(error.message).to.include('standalone').and.to.include('--replSet');
    await standalone.kill();
  });

  it('is refused when documents break a unique index that is new, and keeps them', async () => {
    await using database = mongoDatabaseOn(mongod());
    const loose = { ...accounts, indexes: {} };
    const store = await open(database.url, loose);
    await store.insertMany(accounts, [
      { id: 'a', userName: 'same' },
      { id: 'b', userName: 'same' },
    ]);
    await store.close();
    const error = await refusal(open(database.url));
    expect(error.code).to.equal('store_unusable');
    expect(error.message).to.include('accounts').and.to.include('userName');
    const again = await open(database.url, loose);
    expect(await again.count(accounts, eq('userName', 'same'))).to.equal(2);
    await again.close();
  });
});

describeOnMongod('the layout of a MongoDB store', (mongod) => {
  it('holds what was stored before to a unique index that is new', async () => {
    await using database = mongoDatabaseOn(mongod());
    const before = { ...accounts, indexes: { userName: { on: ['state'], unique: true } } };
    const store = await open(database.url, before);
    const many = Array.from({ length: 1200 }, (_, number) => ({
      id: `n${String(number)}`,
      userName: `u${String(number)}`,
    }));
    await store.insertMany(accounts, [...many, { id: 'gone', userName: 'u0', expiresAt: 1 }]);
    await store.close();
    const changed = await open(database.url);
    for (const userName of ['u0', 'u1199']) {
      const taken = { reason: 'duplicate', index: 'userName' };
      expect(await outcome(changed.insert(accounts, { id: 'x', userName }))).to.include(taken);
    }
    await changed.insertMany(accounts, [
      { id: 'x', state: 'same' },
      { id: 'y', state: 'same' },
    ]);
    await changed.close();
  });

  it('holds to a unique index that was given up for a while what was stored meanwhile', async () => {
    await using database = mongoDatabaseOn(mongod());
    await (await open(database.url)).close();
    const meanwhile = await open(database.url, { ...accounts, indexes: {} });
    await meanwhile.insert(accounts, { id: 'a', userName: 'taken' });
    await meanwhile.close();
    const again = await open(database.url);
    expect(await outcome(again.insert(accounts, { id: 'b', userName: 'taken' }))).to.include({ index: 'userName' });
    await again.close();
  });

  it('makes an index anew when its fields have changed', async () => {
    await using database = mongoDatabaseOn(mongod());
    const before = { ...accounts, indexes: { due: { on: ['due'] } } };
    await (await open(database.url, before)).close();
    await (await open(database.url)).close();
    const keys = await database.withDatabase(async (db) => {
      const indexes = await db.collection('accounts').indexes();
      return indexes.find(({ name }) => name === 'by_due')?.key;
    });
    expect(keys).to.deep.equal({ 'doc.state': 1, 'doc.due': 1, _id: 1 });
  });

  it('gives back empty objects and lists as they were stored', async () => {
    await using database = mongoDatabaseOn(mongod());
    const store = await open(database.url, things);
    const empty = { name: '', deep: {}, tags: [], parts: [{}, { marks: [] }] };
    const first = await store.insert(things, { id: 'a', ...empty });
    await store.insertMany(things, [{ id: 'b', ...empty }]);
    await store.swap(things, first);
    await store.commit([change.insert(things, { id: 'c', ...empty }), change.expect(things, { ...first, version: 2 })]);
    const both = ['b', 'c'].map((id) => change.swap(things, { id, ...empty, version: 1 }));
    await store.commit(both);
    const versions = [2, 2, 2];
    for (const [position, id] of ['a', 'b', 'c'].entries()) {
      expect(await store.get(things, id)).to.deep.equal({ id, ...empty, version: versions[position] });
    }
    await store.close();
  });

  it('does not count elements of a list that lack the unique field', async () => {
    await using database = mongoDatabaseOn(mongod());
    const people = defineCollection({
      name: 'people',
      shape: z.object({
        id: z.string(),
        mails: z.array(z.object({ value: z.string().optional(), label: z.string() })),
      }),
      indexes: { mail: { on: ['mails.value'], unique: true } },
    });
    const store = await open(database.url, people);
    const mails = [{ label: 'none' }];
    await store.insertMany(people, [
      { id: 'a', mails: [...mails, { value: 'x', label: 'one' }] },
      { id: 'b', mails },
      { id: 'c', mails },
    ]);
    expect(await outcome(store.insert(people, { id: 'd', mails: [{ value: 'x', label: 'two' }] }))).to.include({
      index: 'mail',
    });
    await store.close();
  });

  it('refuses to count on a field that is unique or an expiry, and to search for a text past what MongoDB compiles', async () => {
    await using database = mongoDatabaseOn(mongod());
    const store = await open(database.url);
    expect(await outcome(store.increment(accounts, 'a', { field: 'expiresAt', cap: 1 }))).to.equal('internal');
    expect(await outcome(store.find(accounts, co('state', 'x'.repeat(40_000))))).to.equal('too_costly');
    await store.close();
  });
});
