import { AppError } from '../kernel/errors.ts';
import type { Place } from './evaluate.ts';
import { isScalarValue } from './evaluate.ts';
import type { Json } from './evaluate.ts';

/** An opaque text for a place in an order: base64url of the JSON of its key, null for absent, and its id. */
export const toCursor = ({ key, id }: Place): string =>
  Buffer.from(JSON.stringify([...key.map((value) => value ?? null), id])).toString('base64url');

const parse = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
};

/** Throws `bad_request` for a text that `toCursor` never made for an order of so many keys. */
export const fromCursor = (cursor: string, keys: number): Place => {
  const parsed = parse(cursor);
  const refuse = (): never => {
    throw new AppError('bad_request', 'a cursor is not one of this query');
  };
  if (!Array.isArray(parsed) || parsed.length !== keys + 1) return refuse();
  const id: unknown = parsed.at(-1);
  const key = (parsed.slice(0, -1) as Json[]).map((value) =>
    value === null || isScalarValue(value) ? value : refuse(),
  );
  return { key: key.map((value) => value ?? undefined), id: typeof id === 'string' ? id : refuse() };
};
