import { AppError } from '../../kernel/errors.ts';
import { isStorable } from '../../kernel/text.ts';
import { checkDoc } from '../check.ts';
import { isScalarValue, valuesAt } from '../evaluate.ts';
import { Conflict } from '../port.ts';
import type { Change, Doc, Increment, Stored } from '../port.ts';
import type { Connection } from './connection.ts';
import { isConstraint } from './failure.ts';
import type { Table, TableIndex } from './schema.ts';
import { toSql } from './value.ts';
import type { SqlValue } from './value.ts';

/** A row as it lies in the table. */
export interface Row {
  readonly n: number;
  readonly id: string;
  readonly version: number;
  readonly expires: number | null;
  readonly lease: number | null;
  readonly doc: string;
}

export const ROW = 'n, id, version, expires, lease, doc';

/** What a statement finds, as lists of values: of objects SQLite's binding makes slow ones. */
export const listsOf = (
  connection: Connection,
  text: string,
  values: readonly SqlValue[],
): readonly (readonly SqlValue[])[] => {
  const statement = connection.sql(text);
  statement.setReturnArrays(true);
  return statement.all(...values) as unknown as readonly (readonly SqlValue[])[];
};

/** A row of a list whose first values are the columns of `ROW`. */
export const rowOf = (values: readonly SqlValue[]): Row => {
  const [n, id, version, expires, lease, doc] = values as unknown as readonly [
    n: number,
    id: string,
    version: number,
    expires: number | null,
    lease: number | null,
    doc: string,
  ];
  return { n, id, version, expires, lease, doc };
};

/** The document of a row. What is stored was checked when it was written, so that reading trusts it. */
export const docOf = (row: Row): Stored<Doc> => {
  const doc = JSON.parse(row.doc) as Doc & { version: number };
  doc.version = row.version;
  return doc;
};

/** Where a change is made: its table, its position in the commit, and the time it is made at. */
export interface At {
  readonly table: Table;
  readonly position: number;
  readonly now: number;
}

const conflict = (at: At, reason: Conflict['reason'], index?: string): Conflict =>
  new Conflict(at.position, reason, at.table.collection.name, index);

const expiryOf = (at: At, doc: Doc): number | null => {
  const field = at.table.collection.expiry;
  const value = field === undefined ? undefined : (doc as unknown as Readonly<Record<string, unknown>>)[field];
  return typeof value === 'number' ? value : null;
};

/** The row, unless it is absent or expired. What cannot be stored is not there; SQLite would look for another text. */
export const liveRow = (connection: Connection, table: Table, id: string, now: number): Row | undefined => {
  if (!isStorable(id)) return undefined;
  const text = `SELECT ${ROW} FROM "${table.sqlName}" WHERE id = ? AND (expires IS NULL OR expires > ?)`;
  const [found] = listsOf(connection, text, [id, now]);
  return found && rowOf(found);
};

/** Ids of the documents that hold a unique value of this one. */
const holders = (connection: Connection, table: Table, index: TableIndex, doc: Doc): readonly string[] => {
  const tuples = index.columns.reduce<readonly (readonly SqlValue[])[]>(
    (before, { path }) =>
      before.flatMap((tuple) =>
        valuesAt(doc, path)
          .filter(isScalarValue)
          .map((value) => [...tuple, toSql(value)]),
      ),
    [[]],
  );
  const source = index.list === undefined ? table.sqlName : index.sqlName;
  const where = index.columns.map(({ name }) => `${name} = ?`).join(' AND ');
  const statement = connection.sql(`SELECT id FROM "${source}" WHERE ${where}`);
  return tuples.flatMap((tuple) => statement.all(...tuple).map(({ id }) => String(id)));
};

/**
 * Called when a write met a unique index: deletes what is in the way and has expired, since it no longer exists, and
 * throws `Conflict` for what has not.
 */
const makeWay = (connection: Connection, at: At, doc: Doc, inserting: boolean): void => {
  const { table, now } = at;
  const clear = (id: string, index: string): void => {
    if (liveRow(connection, table, id, now)) throw conflict(at, 'duplicate', index);
    connection.sql(`DELETE FROM "${table.sqlName}" WHERE id = ?`).run(id);
  };
  if (inserting) clear(doc.id, 'id');
  for (const index of table.indexes.filter(({ unique }) => unique)) {
    for (const id of holders(connection, table, index, doc)) if (id !== doc.id) clear(id, index.name);
  }
};

const constrained = (connection: Connection, at: At, doc: Doc, inserting: boolean, run: () => void): void => {
  try {
    run();
  } catch (error) {
    if (!isConstraint(error)) throw error;
    makeWay(connection, at, doc, inserting);
    run();
  }
};

export const insertRow = (connection: Connection, at: At, given: Doc): Stored<Doc> => {
  const doc = checkDoc(at.table.collection, given);
  const statement = connection.sql(`INSERT INTO "${at.table.sqlName}"(id, version, expires, doc) VALUES (?, 1, ?, ?)`);
  constrained(connection, at, doc, true, () => statement.run(doc.id, expiryOf(at, doc), JSON.stringify(doc)));
  return { ...doc, version: 1 };
};

const rewrite = (connection: Connection, at: At, row: Row, given: Doc, lease: number | null): Stored<Doc> => {
  const doc = checkDoc(at.table.collection, given);
  const version = row.version + 1;
  const statement = connection.sql(
    `UPDATE "${at.table.sqlName}" SET version = ?, expires = ?, lease = ?, doc = ? WHERE n = ?`,
  );
  constrained(connection, at, doc, false, () =>
    statement.run(version, expiryOf(at, doc), lease, JSON.stringify(doc), row.n),
  );
  return { ...doc, version };
};

const atVersion = (connection: Connection, at: At, id: string, version: number): Row => {
  const row = liveRow(connection, at.table, id, at.now);
  if (row?.version !== version) throw conflict(at, 'stale');
  return row;
};

export const swapRow = (connection: Connection, at: At, next: Stored<Doc>): Stored<Doc> =>
  rewrite(connection, at, atVersion(connection, at, next.id, next.version), next, null);

export const takeRow = (connection: Connection, at: At, id: string, version?: number): Stored<Doc> => {
  const row =
    version === undefined ? liveRow(connection, at.table, id, at.now) : atVersion(connection, at, id, version);
  if (!row) throw conflict(at, 'missing');
  connection.sql(`DELETE FROM "${at.table.sqlName}" WHERE n = ?`).run(row.n);
  return docOf(row);
};

export const removeRow = (connection: Connection, at: At, id: string): boolean => {
  const row = liveRow(connection, at.table, id, at.now);
  if (row) connection.sql(`DELETE FROM "${at.table.sqlName}" WHERE n = ?`).run(row.n);
  return row !== undefined;
};

export const incrementRow = (connection: Connection, at: At, id: string, by: Increment): Stored<Doc> => {
  const row = liveRow(connection, at.table, id, at.now);
  const before = row ? docOf(row) : by.initial;
  if (!before) throw conflict(at, 'missing');
  if (before.id !== id)
    throw new AppError('bad_request', `the initial document of ${at.table.collection.name} has another id`);
  const value = (before as unknown as Readonly<Record<string, unknown>>)[by.field];
  if (typeof value !== 'number') throw conflict(at, 'missing');
  const next = value + (by.by ?? 1);
  if (next > by.cap) throw conflict(at, 'capped');
  const doc = { ...before, [by.field]: next };
  return row ? rewrite(connection, at, row, doc, row.lease) : insertRow(connection, at, doc);
};

/** Makes one change within the caller's transaction; throws `Conflict` when its precondition does not hold. */
export const apply = (connection: Connection, at: At, change: Change): Stored<Doc> | undefined => {
  switch (change.kind) {
    case 'insert':
      return insertRow(connection, at, change.doc);
    case 'swap':
      return swapRow(connection, at, change.doc);
    case 'take':
      return takeRow(connection, at, change.id, change.version);
    case 'increment':
      return incrementRow(connection, at, change.id, change);
    case 'expect':
      atVersion(connection, at, change.id, change.version);
      return undefined;
    case 'remove':
      removeRow(connection, at, change.id);
      return undefined;
  }
};
