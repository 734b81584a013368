import { expect } from 'chai';
import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { DAY } from '../../src/kernel/clock.ts';
import { defineCollection } from '../../src/store/port.ts';
import type { Collection } from '../../src/store/port.ts';
import { and, any, eq, everything, gt } from '../../src/store/query.ts';
import { connect } from '../../src/store/sqlite/connection.ts';
import { openSqlite } from '../../src/store/sqlite/engine.ts';
import type { SqliteStore } from '../../src/store/sqlite/verbs.ts';
import { testClock } from '../support/clock.ts';
import { accounts, things } from '../support/store-samples.ts';
import { sqliteFolder } from '../support/store-sqlite.ts';
import { outcome } from '../support/store.ts';

/** How many entries an index has once a document with an owner and one without are there. */
const entriesOf = async (file: string, rows: Collection<{ id: string; owner?: string }>, index: string) => {
  const store = await openSqlite({ file, collections: [rows], migrations: [], clock: testClock() });
  if (!(await store.get(rows, 'a'))) await store.insertMany(rows, [{ id: 'a' }, { id: 'b', owner: 'ann' }]);
  await store.close();
  const connection = connect(file, 'NORMAL', 1000);
  // The first figure of an index's statistics is the number of its entries (SQLite, `sqlite_stat1`).
  connection.db.exec('ANALYZE');
  const [seen] = connection.db.prepare('SELECT stat FROM sqlite_stat1 WHERE idx = ?').all(index);
  connection.close();
  return Number.parseInt(String(seen?.['stat']), 10);
};

describe('a SQLite store that is opened with other collections than before', () => {
  const clock = testClock();
  const open = (file: string, collections: readonly Collection[], budget = 10): Promise<SqliteStore> =>
    openSqlite({ file, collections, migrations: [], clock, budget });
  const bare = { ...things, indexes: {} };
  const many = Array.from({ length: 1100 }, (_, number) => ({
    id: `t${String(number)}`,
    name: 'n',
    text: `x${String(number)}`,
    flag: true,
    deep: { inner: String(number) },
    tags: [number, 'all'],
    parts: [{ kind: 'k', size: number }],
  }));
  const served = [
    eq('text', 'x7'),
    and(eq('flag', true), eq('text', 'x7')),
    eq('deep.inner', '7'),
    eq('tags', 7),
    any('parts', and(eq('kind', 'k'), eq('size', 7))),
  ];

  it('gets the indexes that are new, filled with what is there', async () => {
    await using folder = await sqliteFolder();
    const before = await open(folder.file, [bare]);
    await before.insertMany(things, many);
    for (const query of served) expect(await outcome(before.find(things, query))).to.equal('too_costly');
    await before.close();
    const after = await open(folder.file, [things]);
    for (const query of served) {
      expect(
        (await after.find(things, query)).docs.map(({ id }) => id),
        JSON.stringify(query),
      ).to.deep.equal(['t7']);
    }
    await after.close();
  });

  it('loses the indexes that are gone, and nothing else', async () => {
    await using folder = await sqliteFolder();
    const before = await open(folder.file, [things]);
    await before.insertMany(things, many);
    await before.close();
    const after = await open(folder.file, [bare]);
    expect(await after.count(things, everything)).to.equal(many.length);
    expect(await outcome(after.find(things, eq('text', 'x7')))).to.equal('too_costly');
    await after.insert(things, { id: 'new', name: 'n', tags: ['new'] });
    await after.close();
    const again = await open(folder.file, [things]);
    expect((await again.find(things, eq('tags', 'new'))).docs).to.have.length(1);
    await again.close();
  });

  it('keeps no entry in a sparse index for documents without a value for its first path, those of before left out', async () => {
    await using folder = await sqliteFolder();
    const entries = (sparse: boolean): Promise<number> => {
      const rows = defineCollection({
        name: 'rows',
        shape: z.object({ id: z.string(), owner: z.string().exactOptional() }),
        indexes: { owner: { on: ['owner'], sparse } },
      });
      return entriesOf(folder.file, rows, 'i_rows_owner');
    };
    expect(await entries(false)).to.equal(2);
    expect(await entries(true)).to.equal(1);
  });

  it('judges expiry by the field that tells it now', async () => {
    await using folder = await sqliteFolder();
    const { expiry: _, ...lasting } = accounts;
    const before = await open(folder.file, [lasting]);
    await before.insertMany(accounts, [{ id: 'a', expiresAt: clock.now() }, { id: 'b' }]);
    expect(await before.count(accounts, everything)).to.equal(2);
    await before.close();
    const after = await open(folder.file, [accounts]);
    expect(await after.get(accounts, 'a')).to.equal(undefined);
    expect(await after.count(accounts, everything)).to.equal(1);
    await after.close();
  });

  it('refuses an index whose path the shape does not settle, or that runs through two lists', async () => {
    await using folder = await sqliteFolder();
    for (const on of [['nowhere'], ['tags', 'parts.kind'], ['parts.marks']]) {
      expect(await outcome(open(folder.file, [{ ...things, indexes: { bad: { on } } }])), on.join()).to.equal(
        'internal',
      );
    }
  });
});

describe('the clean-up of a SQLite store', () => {
  it('sweeps documents that expired a day ago, with what is kept of them beside', async () => {
    await using folder = await sqliteFolder();
    const clock = testClock();
    const store = await openSqlite({ file: folder.file, collections: [accounts], migrations: [], clock });
    const docs = Array.from({ length: 7 }, (_, number) => ({
      id: `a${String(number)}`,
      emails: [{ value: `m${String(number)}` }],
      expiresAt: clock.now() + number,
    }));
    await store.insertMany(accounts, [...docs, { id: 'lasting' }]);
    expect(await store.sweep(100)).to.equal(0);
    clock.advance(DAY + 4);
    expect(await store.sweep(3)).to.equal(3);
    expect(await store.sweep(3)).to.equal(2);
    expect(await store.sweep(3)).to.equal(0);
    expect(await store.count(accounts, gt('expiresAt', 0))).to.equal(0);
    expect(await store.count(accounts, everything)).to.equal(1);
    await store.close();
  });

  const accountsFrom = (from: number, count: number): readonly { readonly id: string; readonly state: string }[] =>
    Array.from({ length: count }, (_, number) => ({ id: `a${String(from + number)}`, state: 'x'.repeat(500) }));

  it('carries the log over into the file while it is open', async () => {
    await using folder = await sqliteFolder();
    const clock = testClock();
    const store = await openSqlite({ file: folder.file, collections: [accounts], migrations: [], clock });
    const before = (await stat(folder.file)).size;
    await store.insertMany(accounts, accountsFrom(0, 1200));
    while ((await stat(folder.file)).size === before) await pause(2);
    expect(await store.count(accounts, everything)).to.equal(1200);
    await store.close();
  });

  it('begins the log anew while it is written without a pause', async () => {
    await using folder = await sqliteFolder();
    const clock = testClock();
    const store = await openSqlite({ file: folder.file, collections: [accounts], migrations: [], clock });
    const BATCH = 1000;
    let size = 0;
    let anew = false;
    // A thousand changes are some 20 MB of log: it stays as long as it was only where it was begun anew. How many it
    // takes until then depends on how soon the machine lets the thread run.
    for (let batch = 0; batch < 100 && !anew; batch += 1) {
      for (let one = 0; one < BATCH; one += 1) {
        await store.insert(accounts, accountsFrom(batch * BATCH + one, 1)[0] ?? { id: '' });
      }
      const { size: now } = await stat(`${folder.file}-wal`);
      anew = now === size;
      size = now;
    }
    expect(anew).to.equal(true);
    await store.close();
  });
});
