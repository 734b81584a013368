import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../src/kernel/errors.ts';
import { openSqlite } from '../../src/store/sqlite/engine.ts';
import type { SqliteOptions } from '../../src/store/sqlite/engine.ts';
import { asPortError } from '../../src/store/sqlite/failure.ts';
import type { SqliteStore } from '../../src/store/sqlite/verbs.ts';
import { testClock } from '../support/clock.ts';
import { accounts } from '../support/store-samples.ts';
import { sqliteFolder } from '../support/store-sqlite.ts';
import { outcome, rejection } from '../support/store.ts';

const open = (file: string, options: Partial<SqliteOptions> = {}): Promise<SqliteStore> =>
  openSqlite({ file, collections: [accounts], migrations: [], clock: testClock(), ...options });

const sentence = async (promise: Promise<unknown>): Promise<string> => {
  const error = await rejection(promise);
  if (!(error instanceof AppError)) throw new Error('an AppError was to be expected', { cause: error });
  expect(error.code).to.equal('store_unusable');
  return error.message;
};

describe('an unusable SQLite store is told in one sentence', () => {
  it('when the file is not a database', async () => {
    await using folder = await sqliteFolder();
    await writeFile(folder.file, 'This is a text, and not a short one, that no database begins with.\n'.repeat(20));
    expect(await sentence(open(folder.file))).to.include('is damaged or is not a SQLite database');
  });

  it('when pages of the file are damaged', async () => {
    await using folder = await sqliteFolder();
    const store = await open(folder.file);
    await store.insertMany(
      accounts,
      Array.from({ length: 500 }, (_, number) => ({ id: `a${String(number)}`, state: 'x'.repeat(200) })),
    );
    await store.close();
    const bytes = readFileSync(folder.file);
    writeFileSync(folder.file, bytes.fill(0xaa, 4096));
    const damaged = open(folder.file).then((opened) => opened.count(accounts, { op: 'co', path: 'state', value: 'x' }));
    expect(await sentence(damaged)).to.match(/is damaged/);
  });

  it('when the file belongs to another program', async () => {
    await using folder = await sqliteFolder();
    const foreign = new DatabaseSync(folder.file);
    foreign.exec('CREATE TABLE notes(text)');
    foreign.close();
    expect(await sentence(open(folder.file))).to.include('belongs to another program');
  });

  it('when its folder is missing, or is no folder', async () => {
    await using folder = await sqliteFolder();
    expect(await sentence(open(join(folder.path, 'missing', 'store.db')))).to.include('ENOENT');
    await writeFile(join(folder.path, 'plain'), '');
    expect(await sentence(open(join(folder.path, 'plain', 'store.db')))).to.include('ENOTDIR');
    await mkdir(folder.file);
    expect(await sentence(open(folder.file))).to.include('EISDIR');
  });

  it('when the disk is full', async () => {
    await using folder = await sqliteFolder();
    // A limit on the size of files stands for the disk: SQLite cannot tell the two apart.
    const limited = spawnSync(
      'sh',
      [
        '-c',
        'ulimit -f 400 && exec "$0" "$@"',
        process.execPath,
        fileURLToPath(new URL('../support/store-filler.ts', import.meta.url)),
        folder.file,
      ],
      { encoding: 'utf8' },
    );
    expect(limited.stdout + limited.stderr).to.match(
      /^store_unusable the (store cannot grow|store cannot be read or written)/,
    );
    const store = await open(folder.file);
    const kept = await store.count(accounts, { op: 'pr', path: 'id' });
    expect(kept).to.be.greaterThan(0);
    expect(kept % 10, 'no half of a commit').to.equal(0);
    await store.close();
  });

  it('when SQLite says that the disk is full, and not that it knows no better', () => {
    const db = new DatabaseSync(':memory:');
    db.exec('CREATE TABLE t(x); PRAGMA max_page_count = 3');
    const fill = (): unknown => {
      try {
        db.exec('INSERT INTO t VALUES (zeroblob(100000))');
        return undefined;
      } catch (error) {
        return asPortError(error, 'store.db');
      }
    };
    expect(fill())
      .to.be.instanceOf(AppError)
      .and.to.include({ code: 'store_unusable', message: 'the store cannot grow: the disk is full (store.db)' });
  });

  it('when documents break a unique index that is new', async () => {
    await using folder = await sqliteFolder();
    const loose = { ...accounts, indexes: {} };
    const store = await open(folder.file, { collections: [loose] });
    await store.insertMany(accounts, [
      { id: 'a', userName: 'same' },
      { id: 'b', userName: 'same' },
    ]);
    await store.close();
    expect(await sentence(open(folder.file))).to.include('documents of accounts share a value that must be unique');
    const again = await open(folder.file, { collections: [loose] });
    expect(await again.count(accounts, { op: 'eq', path: 'userName', value: 'same' })).to.equal(2);
    await again.close();
  });
});

describe('a SQLite store that others use', () => {
  it('is busy when another process holds it past the deadline, and is written when it lets go', async () => {
    await using folder = await sqliteFolder();
    const store = await open(folder.file, { deadline: 20 });
    const holder = new DatabaseSync(folder.file);
    holder.exec('BEGIN IMMEDIATE');
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 1);
    expect(await outcome(store.insert(accounts, { id: 'a' }))).to.equal('busy');
    expect(turns, 'the loop went on').to.be.greaterThan(0);
    expect(await store.get(accounts, 'a'), 'reading goes on').to.equal(undefined);
    const waiting = store.insert(accounts, { id: 'b' });
    holder.exec('COMMIT');
    expect(await waiting).to.include({ id: 'b' });
    clearInterval(turning);
    holder.close();
    await store.close();
  });

  it('is readable by its owner only', async () => {
    await using folder = await sqliteFolder();
    const store = await open(folder.file);
    for (const suffix of ['', '-wal', '-shm']) {
      expect((await stat(`${folder.file}${suffix}`)).mode & 0o777, suffix).to.equal(0o600);
    }
    await store.close();
  });
});
