import { AppError } from '../../kernel/errors.ts';
import type { Comparison, Query, Scalar } from '../query.ts';

/** A filter in MongoDB's own language. */
export type Filter = Readonly<Record<string, unknown>>;

export const NEVER: Filter = { _id: { $in: [] } };

/** Types of the values a comparison can be about. */
export const SCALAR_TYPES = ['number', 'string', 'bool'] as const;

/** Bytes of a pattern that MongoDB 6 compiles: its own limit is 32,764. */
const LONGEST_PATTERN = 32_000;

/** Where a path of the caller's document lies in the envelope. */
export const fieldOf = (path: string): string => (path === 'id' ? '_id' : `doc.${path}`);

/** A pattern that stands for the text itself: ASCII other than letters and digits is escaped, newlines included. */
const literally = (text: string): string => {
  const pattern = text.replace(/[^a-zA-Z0-9\u0080-\u{10ffff}]/gu, '\\$&');
  if (Buffer.byteLength(pattern) > LONGEST_PATTERN) {
    throw new AppError('too_costly', 'a query compares with a text longer than MongoDB searches for');
  }
  return pattern;
};

const operators = { eq: '$eq', ne: '$ne', gt: '$gt', ge: '$gte', lt: '$lt', le: '$lte' } as const;

const condition = (op: Comparison, value: Scalar): Filter | undefined => {
  if (op !== 'co' && op !== 'sw' && op !== 'ew') return { [operators[op]]: value };
  if (typeof value !== 'string') return undefined;
  const pattern = literally(value);
  if (op === 'co') return { $regex: pattern };
  // Not `$`, which matches before a last newline too.
  return { $regex: op === 'sw' ? `^${pattern}` : `${pattern}\\z` };
};

export const allOf = (parts: readonly Filter[]): Filter => {
  const telling = parts.filter((part) => Object.keys(part).length > 0);
  return telling.length > 1 ? { $and: telling } : (telling[0] ?? {});
};

/**
 * The filter with the meaning of the query tree (`evaluate.ts` is its judge). MongoDB's comparisons hold between values
 * of one type only and on any element of a list, as ours; absent and null never lie apart, for null is not stored.
 *
 * @param at from a path of the query to one of MongoDB
 */
export const toFilter = (query: Query, at: (path: string) => string = fieldOf): Filter => {
  switch (query.op) {
    case 'and':
      return allOf(query.of.map((part) => toFilter(part, at)));
    case 'or':
      return query.of.length === 0 ? NEVER : { $or: query.of.map((part) => toFilter(part, at)) };
    case 'not':
      return { $nor: [toFilter(query.of, at)] };
    case 'pr':
      return { [at(query.path)]: { $type: [...SCALAR_TYPES, 'object'] } };
    case 'any':
      return { [at(query.path)]: { $elemMatch: toFilter(query.of, (path) => path) } };
    default: {
      const wanted = condition(query.op, query.value);
      return wanted === undefined ? NEVER : { [at(query.path)]: wanted };
    }
  }
};
