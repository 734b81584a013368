import { expect } from 'chai';
import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { DAY } from '../../src/kernel/clock.ts';
import type { Collection } from '../../src/store/port.ts';
import { and, any, eq, everything, gt } from '../../src/store/query.ts';
import { openSqlite } from '../../src/store/sqlite/engine.ts';
import type { SqliteStore } from '../../src/store/sqlite/verbs.ts';
import { testClock } from '../support/clock.ts';
import { accounts, things } from '../support/store-samples.ts';
import { sqliteFolder } from '../support/store-sqlite.ts';
import { outcome } from '../support/store.ts';

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
