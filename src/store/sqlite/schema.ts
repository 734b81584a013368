import { AppError } from '../../kernel/errors.ts';
import type { Collection, Index } from '../port.ts';
import { pathShape } from '../shape.ts';

/** How an index is kept: as an index on generated columns, or as a table of the elements of one list. */
export interface TableIndex {
  readonly name: string;
  readonly paths: readonly string[];
  readonly unique: boolean;
  /** SQL name of the index, or of the side table. */
  readonly sqlName: string;
  readonly columns: readonly string[];
  /** Path of the list whose elements fill the side table. */
  readonly list?: string;
}

export interface Table {
  readonly collection: Collection;
  readonly sqlName: string;
  readonly indexes: readonly TableIndex[];
}

/** A statement by the name of what it makes, so that what is there can be compared with what is wanted. */
interface Made {
  readonly type: 'table' | 'index' | 'trigger';
  readonly name: string;
  readonly ddl: string;
  readonly fill?: string;
}

const quoted = (name: string): string => `"${name}"`;

/** Column of a path. An underscore joins, because no field name has one. */
export const columnOf = (path: string): string => `f_${path.replaceAll('.', '_')}`;

// SQLite takes true for 1. Blobs keep them apart, and sort after numbers and text as booleans shall.
const scalarAt = (json: string, path: string): string =>
  `CASE json_type(${json}, '$.${path}') WHEN 'true' THEN x'01' WHEN 'false' THEN x'00' ` +
  `WHEN 'object' THEN NULL WHEN 'array' THEN NULL ELSE json_extract(${json}, '$.${path}') END`;

const scalarElement =
  `CASE e.type WHEN 'true' THEN x'01' WHEN 'false' THEN x'00' ` +
  `WHEN 'object' THEN NULL WHEN 'array' THEN NULL ELSE e.value END`;

const layOutIndex = (collection: Collection, [name, index]: [string, Index]): TableIndex => {
  const shapes = index.on.map((path) => pathShape(collection.shape, path));
  const refuse = (why: string): never => {
    throw new AppError('internal', `index ${name} of ${collection.name} ${why}`);
  };
  const lists = new Set(shapes.flatMap((shape) => shape?.lists ?? refuse('has a path its shape does not settle')));
  if (lists.size > 1) refuse('runs through more than one list');
  const [list] = lists;
  return {
    name,
    paths: index.on,
    unique: index.unique ?? false,
    sqlName: `${list === undefined ? 'i' : 'l'}_${collection.name}_${name}`,
    columns: index.on.map(columnOf),
    ...(list === undefined ? {} : { list }),
  };
};

export const layOut = (collection: Collection): Table => ({
  collection,
  sqlName: `c_${collection.name}`,
  indexes: Object.entries(collection.indexes).map((entry) => layOutIndex(collection, entry)),
});

const scalarIndex = (table: Table, index: TableIndex): readonly Made[] => {
  // A unique index leaves the id out, or nothing would ever collide; the id column is unique by itself.
  const columns = index.unique ? index.columns : [...index.columns, 'id'];
  const ddl = `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quoted(index.sqlName)} ON ${quoted(table.sqlName)}(${columns.join(', ')})`;
  return [{ type: 'index', name: index.sqlName, ddl }];
};

/** The side table and the triggers that fill it: in the database, so that every process keeps it, whatever its version. */
const listIndex = (table: Table, index: TableIndex, list: string): readonly Made[] => {
  const name = quoted(index.sqlName);
  const on = quoted(table.sqlName);
  const element = (path: string): string => {
    if (path === list) return scalarElement;
    return `CASE e.type WHEN 'object' THEN ${scalarAt('e.value', path.slice(list.length + 1))} END`;
  };
  const value = (row: string, path: string): string =>
    path === list || path.startsWith(`${list}.`) ? element(path) : scalarAt(`${row}.doc`, path);
  const fill = (row: string, from: string): string => {
    const columns = index.paths.map((path, position) => `${value(row, path)} AS ${index.columns[position] ?? ''}`);
    const present = index.columns.map((column) => `${column} IS NOT NULL`);
    return `INSERT INTO ${name} SELECT * FROM (SELECT DISTINCT ${columns.join(', ')}, ${row}.id AS id FROM ${from}json_each(${row}.doc, '$.${list}') AS e) WHERE ${present.join(' AND ')}`;
  };
  const empty = `DELETE FROM ${name} WHERE id = old.id`;
  const changed = index.paths.map((path) => {
    const at = path === list || path.startsWith(`${list}.`) ? list : path;
    return `json_extract(old.doc, '$.${at}') IS NOT json_extract(new.doc, '$.${at}')`;
  });
  const key = index.unique ? index.columns : [...index.columns, 'id'];
  const trigger = (suffix: string, when: string, body: string): Made => ({
    type: 'trigger',
    name: `${index.sqlName}_${suffix}`,
    ddl: `CREATE TRIGGER ${quoted(`${index.sqlName}_${suffix}`)} AFTER ${when} BEGIN ${body}; END`,
  });
  return [
    {
      type: 'table',
      name: index.sqlName,
      ddl: `CREATE TABLE ${name}(${index.columns.join(', ')}, id TEXT NOT NULL, PRIMARY KEY (${key.join(', ')})) WITHOUT ROWID`,
      fill: fill('t', `${on} AS t, `),
    },
    { type: 'index', name: `${index.sqlName}_id`, ddl: `CREATE INDEX ${quoted(`${index.sqlName}_id`)} ON ${name}(id)` },
    trigger('insert', `INSERT ON ${on}`, fill('new', '')),
    trigger('update', `UPDATE OF doc ON ${on} WHEN ${changed.join(' OR ')}`, `${empty}; ${fill('new', '')}`),
    trigger('delete', `DELETE ON ${on}`, empty),
  ];
};

export const tableDdl = (table: Table): string =>
  `CREATE TABLE ${quoted(table.sqlName)}(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, ` +
  `expires REAL, lease REAL, doc TEXT NOT NULL)`;

/** Generated columns the indexes need, with their definitions. */
export const columnsWanted = (table: Table): ReadonlyMap<string, string> =>
  new Map(
    table.indexes
      .filter((index) => index.list === undefined)
      .flatMap((index) => index.paths)
      .map((path) => [columnOf(path), `${columnOf(path)} GENERATED ALWAYS AS (${scalarAt('doc', path)}) VIRTUAL`]),
  );

const expiryIndex = (table: Table): readonly Made[] => {
  const field = table.collection.expiry;
  if (field === undefined) return [];
  const name = `x_${table.collection.name}_${field}`;
  const on = quoted(table.sqlName);
  return [
    {
      type: 'index',
      name,
      ddl: `CREATE INDEX ${quoted(name)} ON ${on}(expires) WHERE expires IS NOT NULL`,
      // Only an index that is new runs this: the field has just become the one that tells the expiry.
      fill: `UPDATE ${on} SET expires = json_extract(doc, '$.${field}')`,
    },
  ];
};

/** Everything beside the table itself, in the order it is made. */
export const madeFor = (table: Table): readonly Made[] => [
  ...table.indexes.flatMap((index) =>
    index.list === undefined ? scalarIndex(table, index) : listIndex(table, index, index.list),
  ),
  ...expiryIndex(table),
];
