import type { Scalar } from '../query.ts';

const FALSE = Uint8Array.of(0);
const TRUE = Uint8Array.of(1);

/** A value as the generated columns hold it: booleans are blobs there, for SQLite takes true for 1. */
export const toSql = (value: Scalar): string | number | Uint8Array => {
  if (typeof value !== 'boolean') return value;
  return value ? TRUE : FALSE;
};
