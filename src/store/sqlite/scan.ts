import { sortKey } from '../evaluate.ts';
import type { Doc } from '../port.ts';
import { boundsOf, boundsSql, textBounds } from './bounds.ts';
import { filterSql } from './conditions.ts';
import type { Connection } from './connection.ts';
import type { Access, ElementAccess, FilterAccess, OrderedAccess } from './plan.ts';
import { ROW, listsOf, rowOf } from './rows.ts';
import type { Row } from './rows.ts';
import type { Table, TableIndex } from './schema.ts';
import { orderBy, pinsSql, segmentsOf } from './segments.ts';
import type { After } from './segments.ts';
import { allOf, place } from './sql.ts';
import type { Sql } from './sql.ts';
import { stretchOf } from './stretches.ts';
import { toSql } from './value.ts';
import type { SqlValue } from './value.ts';

/** Some rows, in the order of the access; `cost` in rows read, where index entries count for less. */
export interface Window {
  readonly rows: readonly Row[];
  readonly cost: number;
  readonly done: boolean;
}

/** Reads the next window of about `size` rows at once, and goes on from there at the next call. */
export type Scan = (size: number) => Window;

/** Entries an index can show in the time it takes to read a row with its document. */
const ENTRIES_PER_ROW = 20;
/** How many times the entries a window of an index has over one of rows: it takes a quarter of the time. */
const LONGER = 5;

/**
 * LIMIT as a literal, since SQLite prepares a statement anew whenever one bound there changes (6 of 13 µs); rounded
 * up above 25, so that the statements kept stay few.
 */
const limited = (size: number): string => ` LIMIT ${String(size <= 25 ? size : Math.ceil(size / 25) * 25)}`;

const rowsOf = (connection: Connection, text: string, values: readonly SqlValue[]): readonly Row[] =>
  listsOf(connection, text, values).map(rowOf);

const COLUMNS = ROW.split(', ');

const quoted = (table: Table): string => `"${table.sqlName}"`;

/** FROM clause for a table read by one of its indexes, or by its ids. */
export const sourceOf = (table: Table, index: TableIndex | undefined): string =>
  `"${table.sqlName}"${index ? ` INDEXED BY "${index.sqlName}"` : ''}`;

const scanInOrder = (connection: Connection, table: Table, access: OrderedAccess, from: After | undefined): Scan => {
  const source = sourceOf(table, access.index);
  let last: Row | undefined;
  const sort = access.order.map(({ path }) => ({ path }));
  const placeOfRow = (row: Row): After => ({ key: sortKey(JSON.parse(row.doc) as Doc, sort).map(toSql), id: row.id });
  return (size) => {
    const rows: Row[] = [];
    for (const segment of segmentsOf(access, last ? placeOfRow(last) : from)) {
      const text = `SELECT ${ROW} FROM ${source} WHERE ${segment.text}${orderBy(access)}${limited(size)}`;
      rows.push(...rowsOf(connection, text, segment.values));
      if (rows.length >= size) break;
    }
    last = rows.at(-1) ?? last;
    return { rows, cost: rows.length, done: rows.length < size };
  };
};

/** The number of a row rises in the order of the file, and is kept as long as the row is. */
const scanFile = (connection: Connection, table: Table, from: After | undefined): Scan => {
  const [first = 0, end = Infinity] = from?.key ?? [];
  let last = first;
  return (size) => {
    const text = `SELECT ${ROW} FROM ${quoted(table)} WHERE n > ? AND n <= ? ORDER BY n${limited(size)}`;
    const rows = rowsOf(connection, text, [last, end]);
    last = rows.at(-1)?.n ?? last;
    return { rows, cost: rows.length, done: rows.length < size };
  };
};

/** The side table's last column leads when it is not pinned; the id settles ties. */
const elementsSql = (table: Table, { index, pins, range }: ElementAccess, from: After | undefined): Sql => {
  const ranged = index.columns[pins.length];
  const keys = ranged ? [`l.${ranged.name}`, 'l.id'] : ['l.id'];
  const { lower, upper } = boundsOf(range);
  const lowest = !from && lower ? { lower } : {};
  const { text, values } = allOf([
    ...pinsSql(index, pins, 'l.'),
    ...(ranged ? boundsSql(`l.${ranged.name}`, { ...lowest, ...(upper && { upper }) }) : []),
    ...(from ? [place(keys, '>', [...from.key, from.id])] : []),
  ]);
  const row = COLUMNS.map((column) => `c.${column}`);
  return {
    text:
      `SELECT ${row.join(', ')}${ranged ? `, l.${ranged.name} AS place` : ''} FROM "${index.sqlName}" AS l ` +
      `CROSS JOIN ${quoted(table)} AS c ON c.id = l.id WHERE ${text} ORDER BY ${keys.join(', ')}`,
    values,
  };
};

const scanElements = (connection: Connection, table: Table, access: ElementAccess, from: After | undefined): Scan => {
  let after = from;
  return (size) => {
    const { text, values } = elementsSql(table, access, after);
    const lists = listsOf(connection, `${text}${limited(size)}`, values);
    const rows = lists.map(rowOf);
    const last = rows.at(-1);
    // The place is what comes after the columns of the row.
    if (last) after = { key: lists.at(-1)?.slice(COLUMNS.length) ?? [], id: last.id };
    return { rows, cost: rows.length, done: rows.length < size };
  };
};

/** Looks at the text of an index, and reads no row that does not pass. */
const scanFiltered = (connection: Connection, table: Table, { index, filters }: FilterAccess): Scan => {
  const column = index.columns[0]?.name ?? '';
  const source = index.list === undefined ? sourceOf(table, index) : `"${index.sqlName}"`;
  // What the index itself holds: a unique one has no id and needs none to be in order.
  const name = index.list === undefined ? 'n' : 'id';
  const { lower, upper } = textBounds;
  const part = {
    source,
    keys: index.unique ? [column] : [column, 'id'],
    equal: [],
    begin: boundsSql(column, { ...(lower && { lower }) }),
    end: boundsSql(column, { ...(upper && { upper }) }),
  };
  const passes = filters.map((condition) => filterSql(column, condition));
  const row = `SELECT ${ROW} FROM ${quoted(table)} WHERE ${name} = ?`;
  let read: readonly SqlValue[] | undefined;

  return (size) => {
    const { where, upTo } = stretchOf(connection, part, read, size * LONGER);
    const passing = allOf([where, ...passes]);
    const found = connection.sql(`SELECT ${name} AS name FROM ${source} WHERE ${passing.text}`).all(...passing.values);
    const rows = found.flatMap((entry) => rowsOf(connection, row, [entry['name'] as SqlValue]));
    read = upTo;
    return { rows, cost: (size * LONGER) / ENTRIES_PER_ROW + rows.length, done: !upTo };
  };
};

const scanOneAfterTheOther = (scans: readonly Scan[]): Scan => {
  let current = 0;
  return (size) => {
    const window = scans[current]?.(size) ?? { rows: [], cost: 0, done: true };
    if (window.done) current += 1;
    return { ...window, done: current >= scans.length };
  };
};

/** Begins to read an access; `from` is the place to go on from, for one that gives its rows in order. */
export const scanAccess = (connection: Connection, table: Table, access: Access, from?: After): Scan => {
  switch (access.kind) {
    case 'ordered':
      return scanInOrder(connection, table, access, from);
    case 'file':
      return scanFile(connection, table, from);
    case 'elements':
      return scanElements(connection, table, access, from);
    case 'filter':
      return scanFiltered(connection, table, access);
    case 'union':
      return scanOneAfterTheOther(access.of.map((part) => scanAccess(connection, table, part)));
  }
};
