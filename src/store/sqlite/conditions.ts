import type { Comparison, Query, Scalar } from '../query.ts';
import { toSql } from './value.ts';
import type { SqlValue } from './value.ts';

/** A comparison that every match meets, with what it must hold on. */
export interface Condition {
  readonly op: Exclude<Comparison, 'ne'>;
  readonly path: string;
  readonly value: Scalar;
  /** The `any` it stands in: its conditions are met by one and the same element of a list. */
  readonly element?: Query;
}

/** What a query says all of: its conditions, its choices (`or`), and how many parts say something else. */
export interface Conjunction {
  readonly conditions: readonly Condition[];
  readonly choices: readonly (readonly Query[])[];
  readonly others: number;
}

const join = (parts: readonly Conjunction[]): Conjunction => ({
  conditions: parts.flatMap(({ conditions }) => conditions),
  choices: parts.flatMap(({ choices }) => choices),
  others: parts.reduce((sum, { others }) => sum + others, 0),
});

const nothing: Conjunction = { conditions: [], choices: [], others: 0 };

export const conjunctionOf = (query: Query): Conjunction => {
  switch (query.op) {
    case 'and':
      return join(query.of.map(conjunctionOf));
    case 'or':
      return { ...nothing, choices: [query.of], others: 1 };
    case 'any': {
      const within = conjunctionOf(query.of).conditions;
      const conditions = within.map((condition) => ({
        ...condition,
        path: `${query.path}.${condition.path}`,
        element: condition.element ?? query,
      }));
      return { conditions, choices: [], others: 1 };
    }
    case 'not':
    case 'pr':
    case 'ne':
      return { ...nothing, others: 1 };
    default:
      return { ...nothing, conditions: [{ op: query.op, path: query.path, value: query.value }] };
  }
};

/** A piece of SQL over one column with its parameters. */
export interface Sql {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

const MAX_CODE_POINT = 0x10ffff;
const SURROGATES = { first: 0xd800, last: 0xdfff };

/** The least text that is greater than every text with this prefix, by UTF-8 bytes; undefined when there is none. */
export const afterPrefix = (prefix: string): string | undefined => {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === MAX_CODE_POINT) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  const next = last + 1 === SURROGATES.first ? SURROGATES.last + 1 : last + 1;
  return String.fromCodePoint(...points, next);
};

// SQLite orders numbers, then text, then blobs. These bounds keep a comparison among values of its own type.
const above = { number: '', string: " < x''", boolean: '' } as const;
const numberEnds = " < ''";
const below = { number: '', string: " >= ''", boolean: " >= x''" } as const;

type TypeName = 'number' | 'string' | 'boolean';

const bounded = (column: string, op: string, value: Scalar, bound: string): Sql => ({
  text: `${column} ${op} ?${bound === '' ? '' : ` AND ${column}${bound}`}`,
  values: [toSql(value)],
});

const startsWith = (column: string, prefix: string): Sql => {
  const end = afterPrefix(prefix);
  return end === undefined
    ? { text: `${column} >= ? AND ${column} < x''`, values: [prefix] }
    : { text: `${column} >= ? AND ${column} < ?`, values: [prefix, end] };
};

const never: Sql = { text: '0', values: [] };

/** The condition on a column in which booleans are blobs; on text that is neither a range nor equal, a filter. */
export const conditionSql = (column: string, { op, value }: Pick<Condition, 'op' | 'value'>): Sql => {
  const type = typeof value as TypeName;
  const upper = type === 'number' ? numberEnds : above[type];
  switch (op) {
    case 'eq':
      return { text: `${column} = ?`, values: [toSql(value)] };
    case 'gt':
      return bounded(column, '>', value, upper);
    case 'ge':
      return bounded(column, '>=', value, upper);
    case 'lt':
      return bounded(column, '<', value, below[type]);
    case 'le':
      return bounded(column, '<=', value, below[type]);
    case 'sw':
      return typeof value === 'string' ? startsWith(column, value) : never;
    case 'co':
      return typeof value === 'string' ? { text: `instr(${column}, ?) > 0`, values: [value] } : never;
    case 'ew':
      if (typeof value !== 'string') return never;
      // substr from the end by 0 characters would give the whole text.
      if (value === '') return { text: '1', values: [] };
      return { text: `substr(${column}, -${String([...value].length)}) = ?`, values: [value] };
  }
};

export const isRange = ({ op }: Condition): boolean => ['gt', 'ge', 'lt', 'le', 'sw'].includes(op);
