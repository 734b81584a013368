import { sortKey } from '../evaluate.ts';
import type { Doc } from '../port.ts';
import { conditionSql } from './conditions.ts';
import type { Sql } from './conditions.ts';
import type { Connection } from './connection.ts';
import type { Access, ElementAccess, FilterAccess, OrderedAccess } from './plan.ts';
import { ROW } from './rows.ts';
import type { Row } from './rows.ts';
import type { Table } from './schema.ts';
import { orderBy, segmentsOf } from './segments.ts';
import type { After } from './segments.ts';
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

/** Entries an index without the rows can show in the time of one row. */
const ENTRIES_PER_ROW = 20;

const rowsOf = (connection: Connection, text: string, values: readonly SqlValue[]): readonly Row[] =>
  connection.sql(text).all(...values) as unknown as readonly Row[];

const quoted = (table: Table): string => `"${table.sqlName}"`;

export const orderedSql = (table: Table, access: OrderedAccess, segment: Sql, what = ROW): string =>
  `SELECT ${what} FROM ${quoted(table)}${access.index ? ` INDEXED BY "${access.index.sqlName}"` : ''} WHERE ${segment.text}`;

const scanInOrder = (connection: Connection, table: Table, access: OrderedAccess, from: After | undefined): Scan => {
  let last: Row | undefined;
  const sort = access.order.map(({ path }) => ({ path }));
  const placeOfRow = (row: Row): After => ({ key: sortKey(JSON.parse(row.doc) as Doc, sort).map(toSql), id: row.id });
  return (size) => {
    const place = last ? placeOfRow(last) : from;
    const rows: Row[] = [];
    for (const segment of segmentsOf(access, place)) {
      const text = `${orderedSql(table, access, segment)}${orderBy(access)} LIMIT ?`;
      rows.push(...rowsOf(connection, text, [...segment.values, size - rows.length]));
      if (rows.length === size) break;
    }
    last = rows.at(-1) ?? last;
    return { rows, cost: rows.length, done: rows.length < size };
  };
};

/** The side table's last column leads when it is not pinned; the id settles ties. */
const elementsSql = (table: Table, { index, pins, range }: ElementAccess, place: After | undefined): Sql => {
  const ranged = index.columns[pins.length];
  const conditions = [
    ...pins.map((pin, position) => conditionSql(`l.${index.columns[position]?.name ?? ''}`, pin)),
    ...range.map((condition) => conditionSql(`l.${ranged?.name ?? ''}`, condition)),
  ];
  const key = ranged ? `l.${ranged.name}, l.id` : 'l.id';
  if (place) {
    conditions.push({ text: `(${key}) > (${ranged ? '?, ' : ''}?)`, values: [...place.key, place.id] });
  }
  const row = ROW.split(', ').map((column) => `c.${column}`);
  return {
    text:
      `SELECT ${row.join(', ')}${ranged ? `, l.${ranged.name} AS place` : ''} FROM "${index.sqlName}" AS l ` +
      `CROSS JOIN ${quoted(table)} AS c ON c.id = l.id WHERE ${conditions.map(({ text }) => text).join(' AND ')} ` +
      `ORDER BY ${key} LIMIT ?`,
    values: conditions.flatMap(({ values }) => values),
  };
};

const scanElements = (connection: Connection, table: Table, access: ElementAccess, from: After | undefined): Scan => {
  let place = from;
  return (size) => {
    const { text, values } = elementsSql(table, access, place);
    const rows = rowsOf(connection, text, [...values, size]) as readonly (Row & { readonly place?: SqlValue })[];
    const last = rows.at(-1);
    if (last) place = { key: last.place === undefined ? [] : [last.place], id: last.id };
    return { rows, cost: rows.length, done: rows.length < size };
  };
};

/** Only text can pass these filters, and text lies in one stretch of the index. */
const scanFiltered = (connection: Connection, table: Table, { index, filters }: FilterAccess): Scan => {
  const column = index.columns[0]?.name ?? '';
  const source = index.list === undefined ? `${quoted(table)} INDEXED BY "${index.sqlName}"` : `"${index.sqlName}"`;
  const passes = filters.map((condition) => conditionSql(column, condition));
  let place: readonly SqlValue[] | undefined;

  return (size) => {
    const entries = size * ENTRIES_PER_ROW;
    const start: Sql = place
      ? { text: `(${column}, id) > (?, ?) AND ${column} < x''`, values: place }
      : { text: `${column} >= '' AND ${column} < x''`, values: [] };
    const bound = connection
      .sql(`SELECT ${column} AS value, id FROM ${source} WHERE ${start.text} ORDER BY ${column}, id LIMIT 1 OFFSET ?`)
      .get(...start.values, entries - 1);
    const end: Sql = bound
      ? { text: ` AND (${column}, id) <= (?, ?)`, values: [bound['value'] ?? null, bound['id'] ?? null] as SqlValue[] }
      : { text: '', values: [] };
    const ids = connection
      .sql(`SELECT id FROM ${source} WHERE ${[start, ...passes].map(({ text }) => text).join(' AND ')}${end.text}`)
      .all(...start.values, ...passes.flatMap(({ values }) => values), ...end.values);
    const rows = ids.flatMap(({ id }) =>
      rowsOf(connection, `SELECT ${ROW} FROM ${quoted(table)} WHERE id = ?`, [id as string]),
    );
    if (bound) place = end.values;
    return { rows, cost: size + rows.length, done: bound === undefined };
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
    case 'elements':
      return scanElements(connection, table, access, from);
    case 'filter':
      return scanFiltered(connection, table, access);
    case 'union':
      return scanOneAfterTheOther(access.of.map((part) => scanAccess(connection, table, part)));
  }
};
