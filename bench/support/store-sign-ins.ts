import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../src/kernel/clock.ts';
import { openSqlite } from '../../src/store/sqlite/engine.ts';
import { sqliteFolder } from '../../test/support/store-sqlite.ts';
import { people, personOf } from './store-twin.ts';

const SIGN_INS = 100;
const WRITES = 3;
const SYNC = 10;
const SETTLE = 20;

/** Every sign-in makes its writes one after the other, each durable before the next; all sign-ins begin at once. */
const measure = async (name: string, write: (number: number) => Promise<void>): Promise<void> => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  // The first and the last stop are only seen between two of the monitor's own ticks.
  await pause(SETTLE);
  const begun = performance.now();
  const before = process.cpuUsage();
  await Promise.all(
    Array.from({ length: SIGN_INS }, async (_, signIn) => {
      for (let step = 0; step < WRITES; step += 1) await write(signIn * WRITES + step);
    }),
  );
  const { user, system } = process.cpuUsage(before);
  const wall = performance.now() - begun;
  await pause(SETTLE);
  delay.disable();
  const figures = [wall, (user + system) / 1000, delay.max / 1e6].map((value) => value.toFixed(0).padStart(6));
  process.stdout.write(
    `${name.padEnd(34)} wall ${figures[0] ?? ''} ms   CPU ${figures[1] ?? ''} ms   longest stop ${figures[2] ?? ''} ms\n`,
  );
};

const grouped = async (): Promise<void> => {
  await using folder = await sqliteFolder();
  const store = await openSqlite({
    file: folder.file,
    collections: [people],
    migrations: [],
    clock: systemClock,
    syncWith: async (sync) => {
      await pause(SYNC);
      await sync();
    },
  });
  await measure('this store: durable() shared', async (number) => {
    await store.insert(people, personOf(number));
    await store.durable();
  });
  await store.close();
};

const full = async (): Promise<void> => {
  await using folder = await sqliteFolder();
  const db = new DatabaseSync(folder.file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE people(id TEXT PRIMARY KEY, doc TEXT)');
  const insert = db.prepare('INSERT INTO people VALUES (?, ?)');
  const asleep = new Int32Array(new SharedArrayBuffer(4));
  await measure('bare node:sqlite: FULL for each', async (number) => {
    await Promise.resolve();
    const person = personOf(number);
    insert.run(person.id, JSON.stringify(person));
    // The slow disk: a synchronous commit keeps the thread for as long.
    Atomics.wait(asleep, 0, 0, SYNC);
  });
  db.close();
};

export const signInsAtSlowSyncs = async (): Promise<void> => {
  process.stdout.write(
    `${String(SIGN_INS)} sign-ins at once, ${String(WRITES)} durable writes each, a sync takes ${String(SYNC)} ms more\n`,
  );
  await grouped();
  await full();
};
