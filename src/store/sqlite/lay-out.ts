import type { Connection } from './connection.ts';
import { columnsWanted, madeFor, tableDdl } from './schema.ts';
import type { Table } from './schema.ts';

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

/** Brings tables and indexes to what the collections describe, within the caller's transaction. */
export const applyLayout = (connection: Connection, tables: readonly Table[]): void => {
  for (const table of tables) {
    makeTable(connection, table);
    dropStale(connection, table);
    const there = present(connection, table);
    for (const made of madeFor(table)) {
      if (there.has(made.name)) continue;
      connection.db.exec(made.ddl);
      if (made.fill !== undefined) connection.db.exec(made.fill);
    }
  }
};
