import { expect } from 'chai';
import { systemClock } from '../../src/kernel/clock.ts';
import { openSqlite } from '../../src/store/sqlite/engine.ts';
import type { SqliteStore } from '../../src/store/sqlite/verbs.ts';
import { accounts, things } from '../support/store-samples.ts';
import { sqliteFolder } from '../support/store-sqlite.ts';
import { allPages } from '../support/store.ts';
import { contendFrom, killedAfter } from '../support/store-processes.ts';
import { and, everything, ne } from '../../src/store/query.ts';

const PROCESSES = 4;
const numbered = (count: number, name: string): readonly string[] =>
  Array.from({ length: count }, (_, number) => `${name}${String(number)}`);

describe('several processes on one SQLite store', function () {
  this.timeout(60_000);
  const open = (file: string): Promise<SqliteStore> =>
    openSqlite({ file, collections: [accounts, things], migrations: [], clock: systemClock });

  it(`have one winner for each document, value and count among ${String(PROCESSES)}`, async () => {
    await using folder = await sqliteFolder();
    const store = await open(folder.file);
    await store.insertMany(accounts, [
      ...numbered(10, 'take').map((id) => ({ id })),
      ...numbered(30, 'job').map((id, due) => ({ id, state: 'waiting', due })),
    ]);
    const tallies = await contendFrom(`sqlite:${folder.file}`, PROCESSES);
    expect(tallies.reduce((sum, { taken }) => sum + taken, 0)).to.equal(10);
    const counted = tallies.flatMap((tally) => tally.counted).toSorted((a, b) => a - b);
    expect(counted).to.deep.equal(Array.from({ length: 25 }, (_, count) => count + 1));
    expect(tallies.flatMap(({ inserted }) => inserted).toSorted()).to.deep.equal(numbered(10, 'user'));
    expect(tallies.flatMap(({ claimed }) => claimed).toSorted()).to.deep.equal(numbered(30, 'job').toSorted());
    await store.close();
  });

  it('leave whole commits behind, and all that was told, when they are killed', async () => {
    await using folder = await sqliteFolder();
    const url = `sqlite:${folder.file}`;
    const told = await Promise.all(
      [1, 20, 57].map(async (pairs) => {
        const name = `after${String(pairs)}-`;
        return numbered((await killedAfter(url, name, pairs)) + 1, name);
      }),
    );
    const store = await open(folder.file);
    const page = { sort: [{ path: 'id' }], limit: 1000 };
    const left = await allPages(store, accounts, and(everything, ne('id', 'count')), page);
    const right = await allPages(store, things, everything, page);
    expect(left.map(({ id }) => id)).to.deep.equal(right.map(({ id }) => id));
    expect(left.map(({ id }) => id)).to.include.members(told.flat());
    expect(await store.get(accounts, 'count')).to.include({ tries: left.length });
    await store.close();
  });
});
