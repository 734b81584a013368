import { boundsOf, boundsSql } from './bounds.ts';
import type { Bounds } from './bounds.ts';
import type { Condition } from './conditions.ts';
import type { OrderedAccess } from './plan.ts';
import type { TableColumn, TableIndex } from './schema.ts';
import { allOf, equalTo } from './sql.ts';
import type { Sql } from './sql.ts';
import { toSql } from './value.ts';
import type { SqlValue } from './value.ts';

/** Where reading goes on: after this key, in the columns of the order, and this id. Null is absent. */
export interface After {
  readonly key: readonly SqlValue[];
  readonly id: string;
}

/** Equalities on the first columns of an index; on the id where there is no index. */
export const pinsSql = (index: TableIndex | undefined, pins: readonly Condition[], prefix = ''): readonly Sql[] =>
  pins.map(({ value }, position) => equalTo(`${prefix}${index?.columns[position]?.name ?? 'id'}`, toSql(value)));

/** What comes after a value in one column, within its bounds: the values beyond it, then the absent ones. */
const beyond = (
  column: TableColumn,
  value: SqlValue,
  descending: boolean,
  within: Bounds,
): readonly (readonly Sql[])[] => {
  if (value === null) return [];
  const end = { value, inclusive: false };
  const rest = boundsSql(column.name, descending ? { ...within, upper: end } : { ...within, lower: end });
  const bounded = within.lower ?? within.upper;
  return column.required || bounded ? [rest] : [rest, [equalTo(column.name, null)]];
};

const fromTheStart = ({ order, descending }: OrderedAccess, within: Bounds): readonly (readonly Sql[])[] => {
  const [first] = order;
  if (!first) return [[]];
  const bounded = boundsSql(first.name, within);
  if (first.required || descending || bounded.length > 0) return [bounded];
  // NULL lies before everything in an index, and absent comes last here.
  return [[{ text: `${first.name} IS NOT NULL`, values: [] }], [equalTo(first.name, null)]];
};

const after = (access: OrderedAccess, within: Bounds, { key, id }: After): readonly (readonly Sql[])[] => {
  const { order, descending } = access;
  const same = order.map(({ name }, position) => equalTo(name, key[position] ?? null));
  const tie = { text: `id ${descending ? '<' : '>'} ?`, values: [id] };
  const levels = order.map((column, position) =>
    beyond(column, key[position] ?? null, descending, position === 0 ? within : {}).map((step) => [
      ...same.slice(0, position),
      ...step,
    ]),
  );
  return [[...same, tie], ...levels.toReversed().flat()];
};

/**
 * The conditions of the stretches of an index to read one after the other, so that rows come in order with absent
 * values last: each holds equalities on the first columns and at most one range on the next.
 */
export const segmentsOf = (access: OrderedAccess, from: After | undefined): readonly Sql[] => {
  const pins = pinsSql(access.index, access.pins);
  const within = boundsOf(access.range);
  const segments = from ? after(access, within, from) : fromTheStart(access, within);
  return segments.map((segment) => allOf([...pins, ...segment]));
};

/** ORDER BY of an access. An index without the id is unique, so that there are no ties to settle. */
export const orderBy = ({ index, order, descending }: OrderedAccess): string => {
  const columns = [...order.map(({ name }) => name), ...(index?.unique === true ? [] : ['id'])];
  if (columns.length === 0) return '';
  return ` ORDER BY ${columns.map((column) => `${column}${descending ? ' DESC' : ''}`).join(', ')}`;
};
