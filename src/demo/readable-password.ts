import type { Random } from '../kernel/random.ts';

const CONSONANTS = 'bdfgkmnprstvz';
const VOWELS = 'aeiou';
const WORDS = 3;
const SYLLABLES = 3;

/** Three made-up words that can be read aloud and typed on a phone: 65^9 of them, about 54 bits. */
export const readablePassword = (random: Random): string => {
  const letter = (from: string): string => from.charAt(random.below(from.length));
  const word = (): string => Array.from({ length: SYLLABLES }, () => letter(CONSONANTS) + letter(VOWELS)).join('');
  return Array.from({ length: WORDS }, word).join('-');
};
