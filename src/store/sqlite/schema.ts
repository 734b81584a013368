import { AppError } from '../../kernel/errors.ts';
import type { Collection, Index } from '../port.ts';
import { pathShape } from '../shape.ts';

/** A generated column of the table, or a column of a side table. */
export interface TableColumn {
  readonly name: string;
  readonly path: string;
  /** No document lacks it. */
  readonly required: boolean;
}

/** How an index is kept: as an index on generated columns, or as a table of the elements of one list. */
export interface TableIndex {
  readonly name: string;
  readonly unique: boolean;
  /** It has no entries for documents that lack its first column. */
  readonly sparse: boolean;
  /** SQL name of the index, or of the side table. */
  readonly sqlName: string;
  readonly columns: readonly TableColumn[];
  /** Its entries, with the id where it has that, lie in one strict order: rows can be read on from any of them. */
  readonly total: boolean;
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

// Numbers are doubles here as they are in JavaScript: as an integer, SQLite would hold one that no double equals.
// SQLite takes true for 1: blobs keep them apart, and sort after numbers and text as booleans shall.
const scalar = (type: string, value: string): string =>
  `CASE ${type} WHEN 'text' THEN ${value} WHEN 'integer' THEN CAST(${value} AS REAL) WHEN 'real' THEN ${value} ` +
  `WHEN 'true' THEN x'01' WHEN 'false' THEN x'00' END`;

const scalarAt = (json: string, path: string): string =>
  scalar(`json_type(${json}, '$.${path}')`, `json_extract(${json}, '$.${path}')`);

const layOutIndex = (collection: Collection, [name, index]: [string, Index]): readonly TableIndex[] => {
  const refuse = (why: string): never => {
    throw new AppError('internal', `index ${name} of ${collection.name} ${why}`);
  };
  const shapes = index.on.map(
    (path) => pathShape(collection.shape, path) ?? refuse('has a path its shape does not settle'),
  );
  const columns = index.on.map((path, at) => ({ name: columnOf(path), path, required: shapes[at]?.required ?? false }));
  const lists = new Set(shapes.flatMap((shape) => shape.lists));
  if (lists.size > 1) refuse('runs through more than one list');
  const [list] = lists;
  const unique = index.unique ?? false;
  const sqlName = `${list === undefined ? 'i' : 'l'}_${collection.name}_${name}`;
  if (list !== undefined) return [{ name, unique, sparse: false, sqlName, columns, list, total: true }];
  const sparse = !unique && (index.sparse ?? false);
  const total = !unique || columns.every(({ required }) => required);
  // Without the id, the entries that lack a value lie in no order that could be paged: reading has an index of its own.
  const reading = { name, unique: false, sparse: false, sqlName: `${sqlName}_read`, columns, total: true };
  return [{ name, unique, sparse, sqlName, columns, total }, ...(total ? [] : [reading])];
};

export const layOut = (collection: Collection): Table => ({
  collection,
  sqlName: `c_${collection.name}`,
  indexes: Object.entries(collection.indexes).flatMap((entry) => layOutIndex(collection, entry)),
});

const scalarIndex = (table: Table, index: TableIndex): readonly Made[] => {
  // A unique index leaves the id out, or nothing would ever collide. The expiry lets live documents be counted without
  // looking at their rows.
  const names = index.columns.map(({ name }) => name);
  const columns = index.unique
    ? names
    : [...names, 'id', ...(table.collection.expiry === undefined ? [] : ['expires'])];
  const which = index.sparse ? ` WHERE ${names[0] ?? ''} IS NOT NULL` : '';
  const ddl = `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quoted(index.sqlName)} ON ${quoted(table.sqlName)}(${columns.join(', ')})${which}`;
  return [{ type: 'index', name: index.sqlName, ddl }];
};

/** The side table and the triggers that fill it: in the database, so that every process keeps it, whatever its version. */
const listIndex = (table: Table, index: TableIndex, list: string): readonly Made[] => {
  const name = quoted(index.sqlName);
  const on = quoted(table.sqlName);
  const names = index.columns.map((column) => column.name);
  const element = (path: string): string => {
    if (path === list) return scalar('e.type', 'e.value');
    return `CASE e.type WHEN 'object' THEN ${scalarAt('e.value', path.slice(list.length + 1))} END`;
  };
  const value = (row: string, path: string): string =>
    path === list || path.startsWith(`${list}.`) ? element(path) : scalarAt(`${row}.doc`, path);
  const fill = (row: string, from: string): string => {
    const columns = index.columns.map(({ name: column, path }) => `${value(row, path)} AS ${column}`);
    const present = names.map((column) => `${column} IS NOT NULL`);
    return `INSERT INTO ${name} SELECT * FROM (SELECT DISTINCT ${columns.join(', ')}, ${row}.id AS id FROM ${from}json_each(${row}.doc, '$.${list}') AS e) WHERE ${present.join(' AND ')}`;
  };
  const empty = `DELETE FROM ${name} WHERE id = old.id`;
  const changed = index.columns.map(({ path }) => {
    const at = path === list || path.startsWith(`${list}.`) ? list : path;
    return `json_extract(old.doc, '$.${at}') IS NOT json_extract(new.doc, '$.${at}')`;
  });
  const key = index.unique ? names : [...names, 'id'];
  const trigger = (suffix: string, when: string, body: string): Made => ({
    type: 'trigger',
    name: `${index.sqlName}_${suffix}`,
    ddl: `CREATE TRIGGER ${quoted(`${index.sqlName}_${suffix}`)} AFTER ${when} BEGIN ${body}; END`,
  });
  return [
    {
      type: 'table',
      name: index.sqlName,
      ddl: `CREATE TABLE ${name}(${names.join(', ')}, id TEXT NOT NULL, PRIMARY KEY (${key.join(', ')})) WITHOUT ROWID`,
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
      .flatMap((index) => index.columns)
      .map(({ name, path }) => [name, `${name} GENERATED ALWAYS AS (${scalarAt('doc', path)}) VIRTUAL`]),
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
