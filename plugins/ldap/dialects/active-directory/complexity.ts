import type { Entry } from '../../connection/entry.ts';

const KINDS = [/\p{Lu}/u, /\p{Ll}/u, /\p{Nd}/u, /[^\p{L}\p{Nd}]/u, /[\p{Lo}\p{Lt}\p{Lm}]/u];
const ENOUGH = 3;
const SHORTEST_NAME = 3;
/** What separates the parts of a display name (MS-SAMR section 3.1.1.7.2). */
const SEPARATORS = /[,.\-_ #\t]+/;

/** The rule of a domain with complex passwords, as far as it can be judged from outside. */
export const isComplex = (entry: Entry, password: string): boolean => {
  const lower = password.toLowerCase();
  const parts = (entry.text('displayName') ?? '').split(SEPARATORS);
  const names = [entry.text('sAMAccountName') ?? '', ...parts].filter((name) => name.length >= SHORTEST_NAME);
  if (names.some((name) => lower.includes(name.toLowerCase()))) return false;
  return KINDS.filter((kind) => kind.test(password)).length >= ENOUGH;
};
