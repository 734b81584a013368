import type { Scalar } from '../query.ts';

export type SqlValue = string | number | Uint8Array | null;

const FALSE = Uint8Array.of(0);
const TRUE = Uint8Array.of(1);

/** A value as the generated columns hold it: booleans are blobs there, for SQLite takes true for 1. */
export const toSql = (value: Scalar | undefined): SqlValue => {
  if (typeof value !== 'boolean') return value ?? null;
  return value ? TRUE : FALSE;
};

export const fromSql = (value: SqlValue): Scalar | undefined => {
  if (typeof value !== 'object') return value;
  return value === null ? undefined : value[0] === TRUE[0];
};
