import { toCursor } from '../cursor.ts';
import { placeOf } from '../evaluate.ts';
import type { Doc, Slice } from '../port.ts';
import type { OrderedAccess, Plan } from './plan.ts';
import type { Reading } from './reading.ts';
import { listsOf } from './rows.ts';
import { sourceOf } from './scan.ts';
import { orderBy, segmentsOf } from './segments.ts';
import type { After } from './segments.ts';
import { columnOf } from './schema.ts';
import { fromSql } from './value.ts';
import type { SqlValue } from './value.ts';

/**
 * The access of a plan whose index holds all that is wanted, so that no row need be read; undefined where it does not.
 * Fields that may be absent, or be more than one value, are not told from an index.
 */
export const indexAlone = ({ table }: Reading, plan: Plan, fields: readonly string[]): OrderedAccess | undefined => {
  const { access, sort, inOrder, exact } = plan;
  if (access.kind !== 'ordered' || !inOrder || !exact || table.collection.expiry !== undefined) return undefined;
  if (access.index?.unique === true) return undefined;
  const held = access.index?.columns.filter(({ required }) => required).map(({ path }) => path) ?? [];
  const covers = fields.every((field) => field === 'id' || held.includes(field));
  return covers && sort.every(({ path }) => path === 'id' || fields.includes(path)) ? access : undefined;
};

const docFrom = (fields: readonly string[], row: readonly SqlValue[]): Doc => {
  const doc: Record<string, unknown> = {};
  for (const [position, field] of fields.entries()) doc[field] = fromSql(row[position] ?? null);
  return doc as unknown as Doc;
};

/** One page, at once: as many entries of an index take less time than a window of rows. */
export const readIndex = async (
  { connection, table }: Reading,
  { access, sort }: { readonly access: OrderedAccess; readonly sort: Plan['sort'] },
  fields: readonly string[],
  { from, limit }: { readonly from: After | undefined; readonly limit: number },
): Promise<Slice<Doc>> => {
  const names = [...new Set(['id', ...fields])];
  const columns = names.map((name) => (name === 'id' ? name : columnOf(name)));
  const select = `SELECT ${columns.join(', ')} FROM ${sourceOf(table, access.index)}`;
  const docs = await connection.read(() => {
    const rows: (readonly SqlValue[])[] = [];
    for (const { text, values } of segmentsOf(access, from)) {
      const left = limit + 1 - rows.length;
      if (left === 0) break;
      rows.push(...listsOf(connection, `${select} WHERE ${text}${orderBy(access)} LIMIT ${String(left)}`, values));
    }
    return rows.map((row) => docFrom(names, row));
  });
  const last = docs[limit - 1];
  return {
    docs: docs.slice(0, limit),
    ...(last && docs.length > limit ? { next: toCursor(placeOf(last, sort)) } : {}),
  };
};
