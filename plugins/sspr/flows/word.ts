import type { Secrets } from '../../../src/kernel/secrets.ts';

// Without letters that are mistaken for others or pronounced in many ways; 216,000 words.
const CONSONANTS = 'bdglmnprstvz';
const VOWELS = 'aeiou';
const SYLLABLES = 3;

/**
 * The short word of a flow: shown in its browser, typed in the one where the mailed link was opened. Derived, so that
 * it stays the same and rests nowhere.
 */
export const wordOf = (secrets: Secrets, flowId: string): string => {
  const bytes = Buffer.from(secrets.hash('sspr word', flowId), 'base64url');
  const letter = (letters: string, at: number): string => letters[bytes.readUInt16BE(2 * at) % letters.length] ?? '';
  return Array.from({ length: SYLLABLES }, (_, i) => letter(CONSONANTS, 2 * i) + letter(VOWELS, 2 * i + 1)).join('');
};
