import { setImmediate as turn } from 'node:timers/promises';
import { checkQuery } from '../check.ts';
import { matches } from '../evaluate.ts';
import type { Query } from '../query.ts';
import { boundsOf, boundsSql } from './bounds.ts';
import { plansFor } from './plan.ts';
import type { OrderedAccess } from './plan.ts';
import { WINDOW, drive, isThere } from './reading.ts';
import type { Reading } from './reading.ts';
import { docOf } from './rows.ts';
import { scanAccess, sourceOf } from './scan.ts';
import { pinsSql, segmentsOf } from './segments.ts';
import { allOf } from './sql.ts';
import type { Sql } from './sql.ts';
import { stretchOf } from './stretches.ts';
import type { Part } from './stretches.ts';
import type { SqlValue } from './value.ts';

/** Entries of an index counted at once: some 2 ms of work. */
const ENTRIES = 20_000;

/** Counts whole indexes, which is far quicker than to ask each row whether it has expired. */
const countAll = ({ connection, table, now }: Reading): Promise<number> =>
  connection.read(() => {
    const all = `SELECT count(*) AS count FROM "${table.sqlName}"`;
    const count = (text: string, ...values: number[]): number => Number(connection.sql(text).get(...values)?.['count']);
    const expires = table.collection.expiry !== undefined;
    return count(all) - (expires ? count(`${all} WHERE expires IS NOT NULL AND expires <= ?`, now) : 0);
  });

const alive = ({ table, now }: Reading): readonly Sql[] =>
  table.collection.expiry === undefined ? [] : [{ text: '(expires IS NULL OR expires > ?)', values: [now] }];

const countWhere = ({ connection }: Reading, source: string, where: readonly Sql[]): number => {
  const { text, values } = allOf(where);
  return Number(connection.sql(`SELECT count(*) AS count FROM ${source} WHERE ${text}`).get(...values)?.['count']);
};

/** The access as a part that can be cut into stretches; undefined where some entries may lack a value. */
const partOf = (source: string, { index, pins, range, order }: OrderedAccess): Part | undefined => {
  const [first, ...others] = order;
  const { lower, upper } = boundsOf(range);
  const present = (first?.required ?? true) || lower !== undefined || upper !== undefined;
  if (!present || others.some(({ required }) => !required)) return undefined;
  return {
    source,
    keys: [...order.map(({ name }) => name), ...(index?.unique === true && order.length > 0 ? [] : ['id'])],
    equal: pinsSql(index, pins),
    begin: first ? boundsSql(first.name, { ...(lower && { lower }) }) : [],
    end: first ? boundsSql(first.name, { ...(upper && { upper }) }) : [],
  };
};

const countParts = async (reading: Reading, part: Part): Promise<number> => {
  let counted = 0;
  let read: readonly SqlValue[] | undefined;
  do {
    if (read) await turn();
    const [count, upTo] = await reading.connection.read(() => {
      const stretch = stretchOf(reading.connection, part, read, ENTRIES);
      return [countWhere(reading, part.source, [stretch.where, ...alive(reading)]), stretch.upTo] as const;
    });
    counted += count;
    read = upTo;
  } while (read);
  return counted;
};

const countEntries = async (reading: Reading, access: OrderedAccess): Promise<number> => {
  const source = sourceOf(reading.table, access.index);
  const part = partOf(source, access);
  if (part) return countParts(reading, part);
  const counts = segmentsOf(access, undefined).map((segment) =>
    countWhere(reading, source, [segment, ...alive(reading)]),
  );
  return counts.reduce((sum, count) => sum + count, 0);
};

/** @see Store.count */
export const countDocs = async (reading: Reading, query: Query): Promise<number> => {
  checkQuery(query);
  const [plan] = plansFor(reading.table, query, []);
  const access = plan?.access ?? { kind: 'union' as const, of: [] };
  if (plan?.exact === true && access.kind === 'file') return countAll(reading);
  if (plan?.exact === true && access.kind === 'ordered') return countEntries(reading, access);
  if (plan?.exact === true && access.kind === 'elements' && access.range.length === 0 && alive(reading).length === 0) {
    const pins = pinsSql(access.index, access.pins);
    return countParts(reading, { source: `"${access.index.sqlName}"`, keys: ['id'], equal: pins, begin: [], end: [] });
  }
  const counted = new Set<string>();
  await drive(reading, scanAccess(reading.connection, reading.table, access), WINDOW, ({ rows }) => {
    for (const row of rows) if (isThere(reading, row) && matches(query, docOf(row))) counted.add(row.id);
    return { enough: false };
  });
  return counted.size;
};
