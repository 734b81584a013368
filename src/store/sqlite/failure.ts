import { AppError } from '../../kernel/errors.ts';

/** Primary result codes of SQLite that this engine tells apart: https://www.sqlite.org/rescode.html */
const BUSY = 5;
const CONSTRAINT = 19;

const unusable: Readonly<Record<number, string>> = {
  8: 'the store cannot be written to: the file or its folder is read-only',
  10: 'the store cannot be read or written: the disk reports an error',
  11: 'the store is damaged: restore it from a backup',
  13: 'the store cannot grow: the disk is full',
  14: 'the store cannot be opened: its folder is missing or cannot be written to',
  26: 'the store is damaged or is not a SQLite database: restore it from a backup',
};

const primaryCode = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;

export const isBusy = (error: unknown): boolean => primaryCode(error) === BUSY;

export const isConstraint = (error: unknown): boolean => primaryCode(error) === CONSTRAINT;

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'code' in error;

/** The error callers of the port see for one of SQLite's or the file system's; others pass through. */
export const asPortError = (error: unknown, file: string): unknown => {
  if (isSystemError(error)) {
    const why = `the store cannot be opened: ${error.code ?? 'the file system'} on ${error.syscall ?? 'a call'} (${file})`;
    return new AppError('store_unusable', why, { cause: error });
  }
  const code = primaryCode(error);
  if (code === undefined) return error;
  const known = unusable[code];
  return known === undefined
    ? new AppError('internal', 'SQLite failed', { cause: error })
    : new AppError('store_unusable', `${known} (${file})`, { cause: error });
};
