import type { SqlValue } from './value.ts';

/** A condition in SQL with its parameters. */
export interface Sql {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/** All of the conditions; of none, what is always true. */
export const allOf = (parts: readonly Sql[]): Sql => ({
  text: parts.length === 0 ? '1' : parts.map(({ text }) => text).join(' AND '),
  values: parts.flatMap(({ values }) => values),
});

export const equalTo = (column: string, value: SqlValue): Sql =>
  value === null ? { text: `${column} IS NULL`, values: [] } : { text: `${column} = ?`, values: [value] };

/** Compares columns that no row lacks, one after the other as an index is ordered. */
export const place = (columns: readonly string[], op: '>' | '<=', values: readonly SqlValue[]): Sql => ({
  text: `(${columns.join(', ')}) ${op} (${columns.map(() => '?').join(', ')})`,
  values,
});
