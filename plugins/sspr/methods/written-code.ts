import type { Random } from '../../../src/kernel/random.ts';

/** Digits and letters that are told apart in any handwriting (Crockford's Base32): no I, L, O and U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 80 random bits, more than the 64 from which on guesses need not be counted (NIST SP 800-63B, look-up secrets). */
const LENGTH = 16;

/** A code to be written down, printed or read out: too long to be guessed, and forgiving to type. */
export const newWrittenCode = (random: Random): string =>
  Array.from({ length: LENGTH }, () => ALPHABET.charAt(random.below(ALPHABET.length))).join('');

/** As people read it: four by four. */
export const inGroups = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1-');

const LOOK_ALIKES: Readonly<Record<string, string>> = { I: '1', L: '1', O: '0', U: 'V' };

/** What was typed, as the code is kept: blanks, hyphens and case make no difference, nor does what looks alike. */
export const typedWrittenCode = (typed: string): string =>
  typed
    .slice(0, 100)
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '')
    .replace(/[ILOU]/g, (letter) => LOOK_ALIKES[letter] ?? letter);
