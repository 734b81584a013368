import type { Comparison, Query, Scalar } from '../query.ts';
import { allOf } from './sql.ts';
import type { Sql } from './sql.ts';

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

/** Conditions that leave one stretch of an index to read. */
export const isRange = ({ op, value }: Condition): boolean =>
  ['gt', 'ge', 'lt', 'le'].includes(op) || (op === 'sw' && typeof value === 'string');

/** Conditions that an index can answer entry by entry, and only text can meet. */
export const isFilter = ({ op, value }: Condition): boolean =>
  (op === 'co' || op === 'ew') && typeof value === 'string';

/** A filter over a column of text. */
export const filterSql = (column: string, { op, value }: Condition): Sql => {
  const text = String(value);
  if (op === 'co') return { text: `instr(${column}, ?) > 0`, values: [text] };
  // substr from the end by 0 characters would give the whole text.
  if (text === '') return allOf([]);
  return { text: `substr(${column}, -${String([...text].length)}) = ?`, values: [text] };
};
