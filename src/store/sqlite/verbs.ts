import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../kernel/clock.ts';
import { DAY, HOUR } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { Conflict } from '../port.ts';
import type { Change, ClaimOptions, Collection, Doc, Increment, Page, Store, Stored } from '../port.ts';
import type { Query } from '../query.ts';
import type { Checkpoints } from './checkpoints.ts';
import { claimDoc } from './claim.ts';
import type { Connection } from './connection.ts';
import type { Durability } from './durability.ts';
import { countDocs } from './count.ts';
import { findDocs, findFields } from './find.ts';
import { getMany, getManyFields } from './get-many.ts';
import type { Reading } from './reading.ts';
import { removeDocs } from './remove.ts';
import { apply, docOf, incrementRow, insertRow, liveRow, removeRow, swapRow, takeRow } from './rows.ts';
import type { At } from './rows.ts';
import type { Table } from './schema.ts';
import type { Watchers } from './watch.ts';

export interface SqliteStore extends Store {
  /** Deletes up to `limit` documents of each collection that have been expired for a day; gives the number deleted. */
  sweep(limit: number): Promise<number>;
}

export interface Parts {
  readonly connection: Connection;
  readonly tables: ReadonlyMap<string, Table>;
  readonly clock: Clock;
  readonly budget: number;
  readonly durability: Durability;
  readonly watchers: Watchers;
  readonly checkpoints: Checkpoints;
  closeFiles(): Promise<void>;
}

const SWEPT_AT_ONCE = 500;
/** Changes in one commit that take some milliseconds. */
const MANY = 50;

type Named = Pick<Collection, 'name'>;

const undefinedOn = async <R>(reasons: readonly Conflict['reason'][], work: Promise<R>): Promise<R | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Conflict && reasons.includes(error.reason)) return undefined;
    throw error;
  }
};

/** What every verb is made of: finding the table, and writing to it so that all who must know are told. */
const groundOf = ({ connection, tables, clock, budget, durability, watchers, checkpoints }: Parts) => {
  const tableOf = ({ name }: Named): Table => {
    const table = tables.get(name);
    if (!table) throw new AppError('internal', `the store was opened without the collection ${name}`);
    return table;
  };
  const atTable = (table: Table, position = 0): At => ({ table, position, now: clock.now() });
  const reading = (collection: Named): Reading => ({
    connection,
    table: tableOf(collection),
    now: clock.now(),
    budget,
  });
  const write = async <R>(touched: readonly Table[], work: () => R): Promise<R> => {
    const result = await connection.write(work);
    durability.committed();
    checkpoints.changed(touched.length);
    watchers.changed(new Set(touched.map(({ collection }) => collection.name)));
    // Awaiting what is done at once lets nobody else in: one big write after the other would stop everything.
    if (touched.length >= MANY) await turn();
    return result;
  };
  const writeOne = <R>(collection: Named, work: (at: At) => R): Promise<R> => {
    const table = tableOf(collection);
    return write([table], () => work(atTable(table)));
  };
  return { tableOf, atTable, reading, write, writeOne };
};

type Ground = ReturnType<typeof groundOf>;

const reads = ({ connection, clock }: Parts, { tableOf, reading }: Ground) => ({
  async get(collection: Named, id: string) {
    const table = tableOf(collection);
    const row = await connection.read(() => liveRow(connection, table, id, clock.now()));
    return row && docOf(row);
  },
  find: async (collection: Named, query: Query, page: Page = {}) => findDocs(reading(collection), query, page),
  findFields: async (collection: Named, fields: readonly string[], query: Query, page: Page = {}) =>
    findFields(reading(collection), fields, query, page),
  getMany: async (collection: Named, ids: readonly string[]) => getMany(reading(collection), ids),
  getManyFields: async (collection: Named, fields: readonly string[], ids: readonly string[]) =>
    getManyFields(reading(collection), fields, ids),
  count: async (collection: Named, query: Query) => countDocs(reading(collection), query),
});

const writes = ({ connection }: Parts, { tableOf, atTable, reading, write, writeOne }: Ground) => ({
  insert: async (collection: Named, doc: Doc) => writeOne(collection, (at) => insertRow(connection, at, doc)),
  async insertMany(collection: Named, docs: readonly Doc[]) {
    const table = tableOf(collection);
    await write(
      docs.map(() => table),
      () => {
        for (const [position, doc] of docs.entries()) insertRow(connection, atTable(table, position), doc);
      },
    );
  },
  swap: async (collection: Named, next: Stored<Doc>) => writeOne(collection, (at) => swapRow(connection, at, next)),
  async take(collection: Named, id: string) {
    return undefinedOn(
      ['missing'],
      writeOne(collection, (at) => takeRow(connection, at, id)),
    );
  },
  increment: async (collection: Named, id: string, by: Increment) =>
    undefinedOn(
      ['missing', 'capped'],
      writeOne(collection, (at) => incrementRow(connection, at, id, by)),
    ),
  remove: async (collection: Named, id: string) => writeOne(collection, (at) => removeRow(connection, at, id)),
  removeAll: async (collection: Named, query: Query) =>
    removeDocs(reading(collection), query, (work) => write([tableOf(collection)], work)),
  async commit(changes: readonly Change[]) {
    const touched = changes.map((change) => tableOf(change.in));
    return write(touched, () =>
      changes.map((change, position) => apply(connection, atTable(tableOf(change.in), position), change)),
    );
  },
});

const claims = ({ clock }: Parts, { reading, tableOf, write }: Ground) => {
  const turns = new Map<string, Promise<unknown>>();
  return {
    // One after the other within a process: callers at once would all find the same document first.
    async claim(collection: Named, options: ClaimOptions) {
      const before = turns.get(collection.name) ?? Promise.resolve();
      const claimed = before.then(() =>
        claimDoc(
          () => reading(collection),
          options,
          clock,
          (work) => write([tableOf(collection)], work),
        ),
      );
      turns.set(
        collection.name,
        claimed.catch(() => undefined),
      );
      return claimed;
    },
  };
};

const cleanUp = ({ connection, tables, clock }: Parts, { write }: Ground) => {
  const sweep = async (limit: number): Promise<number> => {
    let swept = 0;
    for (const table of tables.values()) {
      if (table.collection.expiry === undefined) continue;
      const name = `"${table.sqlName}"`;
      const statement = `DELETE FROM ${name} WHERE n IN (SELECT n FROM ${name} WHERE expires IS NOT NULL AND expires <= ? LIMIT ?)`;
      swept += await write([table], () => Number(connection.sql(statement).run(clock.now() - DAY, limit).changes));
    }
    return swept;
  };
  const run = async (): Promise<boolean> => (await sweep(SWEPT_AT_ONCE)) >= SWEPT_AT_ONCE;
  return { sweep, jobs: [{ name: 'store.sweeping', every: HOUR, run }] };
};

export const storeOver = (parts: Parts): SqliteStore => {
  const ground = groundOf(parts);
  const { watchers, durability } = parts;
  const verbs = {
    ...reads(parts, ground),
    ...writes(parts, ground),
    ...claims(parts, ground),
    ...cleanUp(parts, ground),
    watch: (collections: readonly Named[], listener: () => void) =>
      watchers.watch(
        collections.map((collection) => ground.tableOf(collection).collection.name),
        listener,
      ),
    durable: () => durability.durable(),
    async close() {
      watchers.close();
      await parts.closeFiles();
    },
  };
  // Documents lie in the tables without their types; each was checked against its collection's shape when written.
  return verbs as unknown as SqliteStore;
};
