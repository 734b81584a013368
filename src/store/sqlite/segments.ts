import { conditionSql } from './conditions.ts';
import type { Sql } from './conditions.ts';
import type { OrderedAccess } from './plan.ts';
import type { TableColumn } from './schema.ts';
import type { SqlValue } from './value.ts';

/** Where reading goes on: after this key, in the columns of the order, and this id. Null is absent. */
export interface After {
  readonly key: readonly SqlValue[];
  readonly id: string;
}

const all = (parts: readonly Sql[]): Sql => ({
  text: parts.map(({ text }) => text).join(' AND '),
  values: parts.flatMap(({ values }) => values),
});

const is = (column: string, value: SqlValue): Sql =>
  value === null ? { text: `${column} IS NULL`, values: [] } : { text: `${column} = ?`, values: [value] };

/** What comes after a value in one column: the values beyond it, then the absent ones. */
const beyond = (column: TableColumn, value: SqlValue, descending: boolean, ranged: boolean): readonly Sql[] => {
  if (value === null) return [];
  const rest = { text: `${column.name} ${descending ? '<' : '>'} ?`, values: [value] };
  return column.required || ranged ? [rest] : [rest, is(column.name, null)];
};

const fromTheStart = (access: OrderedAccess): readonly Sql[] => {
  const [first] = access.order;
  if (!first || first.required || access.range.length > 0 || access.descending) return [all([])];
  // NULL lies before everything in an index, and absent comes last here.
  return [{ text: `${first.name} IS NOT NULL`, values: [] }, is(first.name, null)];
};

const after = ({ order, descending, range }: OrderedAccess, { key, id }: After): readonly Sql[] => {
  const same = order.map(({ name }, position) => is(name, key[position] ?? null));
  const tie = { text: `id ${descending ? '<' : '>'} ?`, values: [id] };
  const levels = order.map((column, position) =>
    beyond(column, key[position] ?? null, descending, position === 0 && range.length > 0).map((step) =>
      all([...same.slice(0, position), step]),
    ),
  );
  return [all([...same, tie]), ...levels.toReversed().flat()];
};

/**
 * The conditions of the stretches of an index to read one after the other, so that rows come in order with absent
 * values last: each holds equalities on the first columns and at most one range on the next.
 */
export const segmentsOf = (access: OrderedAccess, from: After | undefined): readonly Sql[] => {
  const columns = access.index?.columns ?? [];
  const pins = access.pins.map((pin, position) => conditionSql(columns[position]?.name ?? 'id', pin));
  const ranged = access.range.map((condition) => conditionSql(access.order[0]?.name ?? 'id', condition));
  return (from ? after(access, from) : fromTheStart(access))
    .map((segment) => all([...pins, ...ranged, segment].filter(({ text }) => text !== '')))
    .map((segment) => ({ ...segment, text: segment.text === '' ? '1' : segment.text }));
};

/** ORDER BY of an access. An index without the id is unique, so that there are no ties to settle. */
export const orderBy = ({ index, order, descending }: OrderedAccess): string => {
  const columns = [...order.map(({ name }) => name), ...(index?.unique === true ? [] : ['id'])];
  return columns.length === 0
    ? ''
    : ` ORDER BY ${columns.map((column) => `${column}${descending ? ' DESC' : ''}`).join(', ')}`;
};
