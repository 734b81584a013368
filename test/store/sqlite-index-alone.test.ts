import { expect } from 'chai';
import { z } from 'zod';
import { systemClock } from '../../src/kernel/clock.ts';
import { defineCollection } from '../../src/store/port.ts';
import type { Store } from '../../src/store/port.ts';
import { everything } from '../../src/store/query.ts';
import { openSqlite } from '../../src/store/sqlite/engine.ts';
import { sqliteFolder } from '../support/store-sqlite.ts';
import type { SqliteFolder } from '../support/store-sqlite.ts';
import { outcome } from '../support/store.ts';

const flags = defineCollection({
  name: 'flags',
  shape: z.object({ id: z.string(), on: z.boolean(), size: z.number(), note: z.string() }),
  indexes: { size: { on: ['size', 'on'] } },
});

describe('fields that an index holds on SQLite', () => {
  let folder: SqliteFolder;
  let store: Store;
  beforeEach(async () => {
    folder = await sqliteFolder();
    store = await openSqlite({
      file: folder.file,
      collections: [flags],
      migrations: [],
      clock: systemClock,
      budget: 1,
    });
  });
  afterEach(async () => {
    await store.close();
    await folder[Symbol.asyncDispose]();
  });

  const sort = [{ path: 'size' }, { path: 'on' }];

  it('are told as the values that they are', async () => {
    await store.insert(flags, { id: 'a', on: true, size: 2 ** 60, note: 'x' });
    await store.insert(flags, { id: 'b', on: false, size: 1.5, note: 'x' });
    await store.insert(flags, { id: 'c', on: false, size: 2 ** 60, note: 'x' });
    expect(await store.findFields(flags, ['on', 'size'], everything, { sort })).to.deep.equal({
      docs: [
        { id: 'b', on: false, size: 1.5 },
        { id: 'c', on: false, size: 2 ** 60 },
        { id: 'a', on: true, size: 2 ** 60 },
      ],
    });
  });

  it('are read without the documents, which would cost more than a query may', async () => {
    const many = Array.from({ length: 600 }, (_, n) => ({ id: `f${String(n)}`, on: n % 2 === 0, size: n, note: 'x' }));
    await store.insertMany(flags, many);
    const page = { sort, limit: 600 };
    expect((await store.findFields(flags, ['on', 'size'], everything, page)).docs).to.have.length(600);
    expect(await outcome(store.findFields(flags, ['on', 'note'], everything, page))).to.equal('too_costly');
    expect(await outcome(store.find(flags, everything, page))).to.equal('too_costly');
  });
});
