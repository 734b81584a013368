import { compareScalars } from '../evaluate.ts';
import type { Scalar } from '../query.ts';
import type { Condition } from './conditions.ts';
import type { Sql } from './sql.ts';
import { toSql } from './value.ts';
import type { SqlValue } from './value.ts';

/** One end of a stretch of an index. */
export interface Bound {
  readonly value: Exclude<SqlValue, null>;
  readonly inclusive: boolean;
}

/** The stretch of one column in which all conditions can hold. */
export interface Bounds {
  readonly lower?: Bound;
  readonly upper?: Bound;
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

// SQLite orders numbers, then text, then blobs: these ends keep a comparison among values of its own type.
const LEAST_TEXT: Bound = { value: '', inclusive: true };
const LEAST_BLOB: Bound = { value: new Uint8Array(), inclusive: true };
const beneath = ({ value }: Bound): Bound => ({ value, inclusive: false });

const bounds = (lower: Bound | undefined, upper: Bound | undefined): Bounds => ({
  ...(lower && { lower }),
  ...(upper && { upper }),
});

const typeOf = (value: Scalar): Bounds => {
  if (typeof value === 'number') return bounds(undefined, beneath(LEAST_TEXT));
  return typeof value === 'string' ? bounds(LEAST_TEXT, beneath(LEAST_BLOB)) : bounds(LEAST_BLOB, undefined);
};

/** All text: what only text can pass lies there. */
export const textBounds: Bounds = typeOf('');

const boundsOfOne = ({ op, value }: Condition): Bounds => {
  const { lower, upper } = typeOf(value);
  const end = { value: toSql(value) ?? '', inclusive: op === 'ge' || op === 'le' };
  switch (op) {
    case 'gt':
    case 'ge':
      return bounds(end, upper);
    case 'lt':
    case 'le':
      return bounds(lower, end);
    default: {
      const after = typeof value === 'string' ? afterPrefix(value) : undefined;
      return bounds({ ...end, inclusive: true }, after === undefined ? upper : { value: after, inclusive: false });
    }
  }
};

const compareValues = (a: Bound['value'], b: Bound['value']): number => {
  if (typeof a === 'object' || typeof b === 'object') {
    if (typeof a === 'object' && typeof b === 'object') return Buffer.compare(a, b);
    return typeof a === 'object' ? 1 : -1;
  }
  return compareScalars(a, b);
};

/** @param sign 1 for the greater of two ends, -1 for the lesser; the exclusive one of equals */
const tighter = (sign: 1 | -1, a: Bound | undefined, b: Bound | undefined): Bound | undefined => {
  if (!a || !b) return a ?? b;
  const order = compareValues(a.value, b.value) * sign;
  if (order === 0) return a.inclusive ? b : a;
  return order > 0 ? a : b;
};

/**
 * One stretch for all of the conditions on a column. SQLite begins to read at one lower bound and stops at one upper
 * bound, whichever it takes: given several, it may read from the wrong one.
 */
export const boundsOf = (conditions: readonly Condition[]): Bounds =>
  conditions.map(boundsOfOne).reduce((a, b) => bounds(tighter(1, a.lower, b.lower), tighter(-1, a.upper, b.upper)), {});

/** Conditions of SQL for the ends that there are. */
export const boundsSql = (column: string, { lower, upper }: Bounds): readonly Sql[] => [
  ...(lower ? [{ text: `${column} ${lower.inclusive ? '>=' : '>'} ?`, values: [lower.value] }] : []),
  ...(upper ? [{ text: `${column} ${upper.inclusive ? '<=' : '<'} ?`, values: [upper.value] }] : []),
];
