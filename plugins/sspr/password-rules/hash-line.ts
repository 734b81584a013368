import { createHash } from 'node:crypto';

/** Digits of a SHA-1 hash in hexadecimal. */
export const HASH_DIGITS = 40;

/** As lists of breached passwords have it. NFKC, the form that is hashed when the password is set. */
export const breachHash = (password: string): string =>
  createHash('sha1').update(password.normalize('NFKC'), 'utf8').digest('hex').toUpperCase();

export interface HashLine {
  /** In upper case. */
  readonly hash: string;
  readonly count: number;
}

/** `HASH:COUNT`, in either case, with or without CR. Undefined for anything else. */
export const readHashLine = (line: string, digits: number): HashLine | undefined => {
  const [, hash, count] = /^([0-9A-Fa-f]+):(\d{1,15})\r?$/.exec(line) ?? [];
  return hash?.length === digits ? { hash: hash.toUpperCase(), count: Number(count) } : undefined;
};
