import { createHash } from 'node:crypto';
import { AppError } from '../../kernel/errors.ts';
import type { Connection } from './connection.ts';
import { isConstraint } from './failure.ts';
import { columnsWanted, madeFor, tableDdl } from './schema.ts';
import type { Table } from './schema.ts';

/** "Lkey": tells a store from somebody else's SQLite file. */
const APPLICATION_ID = 0x4c6b6579;

const pragma = (connection: Connection, name: string): number =>
  Number(connection.db.prepare(`PRAGMA ${name}`).get()?.[name]);

/** A positive 32-bit number for all that is wanted, so that a store already so is opened without a write. */
const fingerprint = (tables: readonly Table[]): number => {
  const wanted = tables.map((table) => [tableDdl(table), ...columnsWanted(table).values(), ...madeFor(table)]);
  return createHash('sha256').update(JSON.stringify(wanted)).digest().readUInt32BE() >>> 1;
};

const present = (connection: Connection, table: Table): ReadonlyMap<string, { type: string; sql: string }> => {
  const prefixes = ['i', 'l', 'x'].map((kind) => `${kind}_${table.collection.name}_`);
  const rows = connection.sql('SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL').all();
  return new Map(
    rows
      .filter(({ name }) => prefixes.some((prefix) => String(name).startsWith(prefix)))
      .map(({ type, name, sql }) => [String(name), { type: String(type), sql: String(sql) }]),
  );
};

const dropStale = (connection: Connection, table: Table): void => {
  const wanted = new Map(madeFor(table).map((made) => [made.name, made.ddl]));
  for (const [name, { type, sql }] of present(connection, table)) {
    // IF EXISTS: dropping a side table has already dropped its index.
    if (wanted.get(name) !== sql) connection.db.exec(`DROP ${type} IF EXISTS "${name}"`);
  }
};

const makeTable = (connection: Connection, table: Table): void => {
  const columns = connection.sql('SELECT name FROM pragma_table_xinfo(?)').all(table.sqlName);
  if (columns.length === 0) connection.db.exec(tableDdl(table));
  const there = new Set(columns.map(({ name }) => String(name)));
  for (const [name, ddl] of columnsWanted(table)) {
    if (!there.has(name)) connection.db.exec(`ALTER TABLE "${table.sqlName}" ADD COLUMN ${ddl}`);
  }
};

const makeIndexes = (connection: Connection, table: Table): void => {
  dropStale(connection, table);
  const there = present(connection, table);
  for (const made of madeFor(table)) {
    if (there.has(made.name)) continue;
    try {
      connection.db.exec(made.ddl);
      if (made.fill !== undefined) connection.db.exec(made.fill);
    } catch (error) {
      if (!isConstraint(error)) throw error;
      throw new AppError('store_unusable', `documents of ${table.collection.name} share a value that must be unique`, {
        cause: error,
      });
    }
  }
};

const refuseForeign = (connection: Connection): void => {
  const tables = connection.db.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count'];
  if (tables !== 0 && pragma(connection, 'application_id') !== APPLICATION_ID) {
    throw new AppError('store_unusable', 'the file belongs to another program');
  }
};

/**
 * Brings tables and indexes to what the collections describe, in one transaction. Throws `store_unusable` for another
 * program's file, and where documents break a unique index that is new.
 */
export const applyLayout = async (connection: Connection, tables: readonly Table[]): Promise<void> => {
  const wanted = fingerprint(tables);
  const settled = (): boolean => pragma(connection, 'user_version') === wanted;
  if (await connection.read(settled)) return;
  await connection.write(() => {
    refuseForeign(connection);
    if (settled()) return;
    for (const table of tables) {
      makeTable(connection, table);
      makeIndexes(connection, table);
    }
    connection.db.exec(`PRAGMA user_version = ${String(wanted)}; PRAGMA application_id = ${String(APPLICATION_ID)}`);
  });
};
