import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { isStorable } from '../../kernel/text.ts';
import { migrate, schemaState } from '../migrate.ts';
import type { Migration } from '../migrate.ts';
import { Conflict } from '../port.ts';
import type { Change, ClaimOptions, Collection, Doc, Found, Page, Store, Stored } from '../port.ts';
import type { Query } from '../query.ts';
import { connect } from './connection.ts';
import type { Connection } from './connection.ts';
import { trackDurability } from './durability.ts';
import { countDocs, findDocs, removeDocs } from './find.ts';
import type { Reading } from './find.ts';
import { applyLayout } from './lay-out.ts';
import { ROW, apply, docOf, incrementRow, insertRow, liveRow, removeRow, swapRow, takeRow } from './rows.ts';
import type { At, Row } from './rows.ts';
import { layOut } from './schema.ts';
import type { Table } from './schema.ts';
import { startWatchers } from './watch.ts';

export interface SqliteOptions {
  readonly file: string;
  readonly collections: readonly Collection[];
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
  readonly log?: Log;
  /** FULL syncs within each commit, for who distrusts `durable()`; the loop stands still while the disk works. */
  readonly synchronous?: 'NORMAL' | 'FULL';
  /** Rows a query may read that no index serves. */
  readonly budget?: number;
  /** Milliseconds between two looks for changes of other processes, while someone watches. */
  readonly watchEvery?: number;
}

const BUDGET = 100_000;
const WATCH_EVERY = 250;

export interface SqliteStore extends Store {
  /** Deletes up to `limit` documents of each collection that have been expired for a day; gives the number deleted. */
  sweep(limit: number): Promise<number>;
}

const DAY_AFTER_EXPIRY = 24 * 60 * 60 * 1000;

const undefinedOn = async <R>(reasons: readonly Conflict['reason'][], work: Promise<R>): Promise<R | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Conflict && reasons.includes(error.reason)) return undefined;
    throw error;
  }
};

const prepare = async (connection: Connection, tables: readonly Table[], file: string): Promise<void> => {
  await connection.read(() => connection.db.exec('PRAGMA journal_mode = WAL'));
  await connection.write(() => {
    applyLayout(connection, tables);
  });
  // SQLite would sync the folder with its first sync of the log, which this engine makes in its stead.
  const folder = await open(dirname(file), 'r');
  await folder.sync();
  await folder.close();
};

export const openSqlite = async (options: SqliteOptions): Promise<SqliteStore> => {
  const { clock } = options;
  const file = resolve(options.file);
  const tables = new Map(
    [...options.collections, schemaState as unknown as Collection].map((c) => [c.name, layOut(c)]),
  );
  const connection = connect(file, options.synchronous ?? 'NORMAL');
  await prepare(connection, [...tables.values()], file);
  const wal = await open(`${file}-wal`, 'r');
  const durability = trackDurability(() => wal.datasync());
  const watchers = startWatchers(connection, options.watchEvery ?? WATCH_EVERY);

  const tableOf = (collection: { readonly name: string }): Table => {
    const table = tables.get(collection.name);
    if (!table) throw new AppError('internal', `the store was opened without the collection ${collection.name}`);
    return table;
  };
  const atTable = (table: Table, position = 0): At => ({ table, position, now: clock.now() });
  const reading = (table: Table): Reading => ({
    connection,
    table,
    now: clock.now(),
    budget: options.budget ?? BUDGET,
  });
  const write = async <R>(touched: readonly Table[], work: () => R): Promise<R> => {
    const result = await connection.write(work);
    durability.committed();
    watchers.changed(new Set(touched.map(({ collection }) => collection.name)));
    return result;
  };
  const writeOne = <R>(collection: { readonly name: string }, work: (at: At) => R): Promise<R> => {
    const table = tableOf(collection);
    return write([table], () => work(atTable(table)));
  };

  const tryClaim = (table: Table, found: Stored<Doc>, lease: number): Promise<Row | undefined> =>
    write([table], () => {
      const now = clock.now();
      const row = connection
        .sql(
          `UPDATE "${table.sqlName}" SET version = version + 1, lease = ? WHERE id = ? AND version = ? AND (lease IS NULL OR lease <= ?) RETURNING ${ROW}`,
        )
        .get(now + lease, found.id, found.version, now);
      return row as unknown as Row | undefined;
    });

  const claim = async (table: Table, { query, sort = [], lease }: ClaimOptions): Promise<Stored<Doc> | undefined> => {
    for (;;) {
      const { docs } = await findDocs({ ...reading(table), free: true }, query, { sort, limit: 1 });
      const [found] = docs;
      if (!found) return undefined;
      const row = await tryClaim(table, found, lease);
      if (row) return docOf(row);
    }
  };

  const engine = {
    async get(collection: Collection, id: string) {
      const table = tableOf(collection);
      if (!isStorable(id)) return undefined;
      const row = await connection.read(() => liveRow(connection, table, id, clock.now()));
      return row && docOf(row);
    },
    async find(collection: Collection, query: Query, page: Page = {}): Promise<Found<Doc>> {
      return findDocs(reading(tableOf(collection)), query, page);
    },
    count: async (collection: Collection, query: Query) => countDocs(reading(tableOf(collection)), query),
    insert: async (collection: Collection, doc: Doc) => writeOne(collection, (at) => insertRow(connection, at, doc)),
    insertMany: async (collection: Collection, docs: readonly Doc[]) =>
      writeOne(collection, (at) => {
        for (const [position, doc] of docs.entries()) insertRow(connection, { ...at, position }, doc);
      }),
    swap: async (collection: Collection, next: Stored<Doc>) =>
      writeOne(collection, (at) => swapRow(connection, at, next)),
    async take(collection: Collection, id: string) {
      if (!isStorable(id)) return undefined;
      return undefinedOn(
        ['missing'],
        writeOne(collection, (at) => takeRow(connection, at, id)),
      );
    },
    increment: async (collection: Collection, id: string, by: Parameters<typeof incrementRow>[3]) =>
      undefinedOn(
        ['missing', 'capped'],
        writeOne(collection, (at) => incrementRow(connection, at, id, by)),
      ),
    async remove(collection: Collection, id: string) {
      return isStorable(id) && writeOne(collection, (at) => removeRow(connection, at, id));
    },
    async removeAll(collection: Collection, query: Query) {
      const table = tableOf(collection);
      return removeDocs(reading(table), query, (work) => write([table], work));
    },
    async commit(changes: readonly Change[]) {
      const touched = changes.map((change) => tableOf(change.in));
      return write(touched, () =>
        changes.map((change, position) => apply(connection, atTable(tableOf(change.in), position), change)),
      );
    },
    async claim(collection: Collection, claimOptions: ClaimOptions) {
      return claim(tableOf(collection), claimOptions);
    },
    watch: (collections: readonly { readonly name: string }[], listener: () => void) =>
      watchers.watch(
        collections.map((collection) => tableOf(collection).collection.name),
        listener,
      ),
    durable: () => durability.durable(),
    async sweep(limit: number) {
      let swept = 0;
      for (const table of tables.values()) {
        if (table.collection.expiry === undefined) continue;
        swept += await write([], () =>
          Number(
            connection
              .sql(
                `DELETE FROM "${table.sqlName}" WHERE n IN (SELECT n FROM "${table.sqlName}" WHERE expires <= ? LIMIT ?)`,
              )
              .run(clock.now() - DAY_AFTER_EXPIRY, limit).changes,
          ),
        );
      }
      return swept;
    },
    async close() {
      watchers.close();
      await wal.close();
      connection.close();
    },
  };
  // Documents lie in the tables without their types; each was checked against its collection's shape when written.
  const store = engine as unknown as SqliteStore;
  try {
    await migrate(store, options.migrations, clock);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
};
