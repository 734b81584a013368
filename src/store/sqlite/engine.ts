import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { migrate, schemaState } from '../migrate.ts';
import type { Migration } from '../migrate.ts';
import type { Collection } from '../port.ts';
import { startCheckpoints } from './checkpoints.ts';
import { connect } from './connection.ts';
import type { Connection } from './connection.ts';
import { trackDurability } from './durability.ts';
import { asPortError } from './failure.ts';
import { applyLayout } from './lay-out.ts';
import { layOut } from './schema.ts';
import type { Table } from './schema.ts';
import { storeOver } from './verbs.ts';
import type { Parts, SqliteStore } from './verbs.ts';
import { startWatchers } from './watch.ts';

export interface SqliteOptions {
  readonly file: string;
  readonly collections: readonly Collection[];
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
  readonly log?: Log;
  /** FULL syncs within each commit, for who distrusts `durable()`; the loop stands still while the disk works. */
  readonly synchronous?: 'NORMAL' | 'FULL';
  /** Rows a query may read that no index serves; 100,000 when absent. */
  readonly budget?: number;
  /** Milliseconds between two looks for changes of other processes, while someone watches; 250 when absent. */
  readonly watchEvery?: number;
  /** Milliseconds to wait for another process's write before `busy`; 5,000 when absent. */
  readonly deadline?: number;
  /** Stands in for the sync of the write-ahead log, where a bench or a test wants to see or to slow it. */
  readonly syncWith?: (sync: () => Promise<void>) => Promise<void>;
}

const BUDGET = 100_000;
const WATCH_EVERY = 250;
const DEADLINE = 5000;

/** True when there was no store. Its file is made first, for the log and all else take their permissions from it. */
const makeFile = async (file: string): Promise<boolean> => {
  const handle = await open(file, 'a', 0o600);
  const { size } = await handle.stat().finally(() => handle.close());
  return size === 0;
};

const syncFile = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
};

/**
 * A new file gets its first page without SQLite's own syncs, which would stop the loop; the file is synced here before
 * anything in it is relied on. The folder is synced each time, since SQLite would do that with its first sync of the
 * log, which this engine makes in its stead.
 */
const prepare = async (
  connection: Connection,
  tables: readonly Table[],
  file: string,
  fresh: boolean,
): Promise<void> => {
  if (fresh) connection.db.exec('PRAGMA synchronous = OFF');
  const mode = await connection.read(() => connection.db.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode']);
  if (mode !== 'wal')
    throw new AppError('store_unusable', `the file system cannot hold a store: no shared memory (${file})`);
  if (fresh) connection.db.exec(`PRAGMA synchronous = ${connection.synchronous}`);
  await applyLayout(connection, tables);
  // A read makes the log, where nothing was written.
  await connection.read(() => connection.db.exec('SELECT 1 FROM sqlite_schema'));
  if (fresh) await syncFile(file);
  await syncFile(dirname(file));
};

const partsOf = async (
  options: SqliteOptions,
  file: string,
  connection: Connection,
  tables: readonly Table[],
): Promise<Parts> => {
  const log = await open(`${file}-wal`, 'r');
  const checkpoints = startCheckpoints(file, options.log);
  const { syncWith = (sync) => sync() } = options;
  // With FULL, each commit has been synced before it returned.
  const sync = connection.synchronous === 'FULL' ? () => Promise.resolve() : () => syncWith(() => log.datasync());
  return {
    connection,
    tables: new Map(tables.map((table) => [table.collection.name, table])),
    clock: options.clock,
    budget: options.budget ?? BUDGET,
    durability: trackDurability(sync),
    watchers: startWatchers(connection, options.watchEvery ?? WATCH_EVERY, options.log),
    checkpoints,
    async closeFiles() {
      await checkpoints.close();
      await log.close();
      connection.close();
    },
  };
};

/**
 * Opens or makes a store in one file, on `node:sqlite`. Throws `store_unusable` with the reason when the file is
 * damaged, cannot be written, or has been written by a newer program.
 */
export const openSqlite = async (options: SqliteOptions): Promise<SqliteStore> => {
  const file = resolve(options.file);
  const tables = [...options.collections, schemaState].map(layOut);
  let connection: Connection | undefined;
  try {
    const fresh = await makeFile(file);
    connection = connect(file, options.synchronous ?? 'NORMAL', options.deadline ?? DEADLINE);
    await prepare(connection, tables, file, fresh);
    const store = storeOver(await partsOf(options, file, connection, tables));
    await migrate(store, options.migrations, options.clock).catch(async (error: unknown) => {
      await store.close();
      throw error;
    });
    return store;
  } catch (error) {
    if (connection?.db.isOpen === true) connection.close();
    throw asPortError(error, file);
  }
};
