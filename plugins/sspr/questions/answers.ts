import { fold } from '../../../src/kernel/text.ts';

const SHORTEST = 3;
const LONGEST = 40;
/** Shorter words of a question are mostly little words that any answer may hold. */
const TELLING_WORD = 4;

/** People remember what they answered, not how they spelled it: case, blanks, accents and dots make no difference. */
export const foldAnswer = (answer: string): string =>
  fold(
    fold(answer)
      .normalize('NFKD')
      .replace(/[\p{M}\s\p{P}\p{S}\p{Cf}]/gu, ''),
  );

const wordsOf = (text: string): readonly string[] =>
  text
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .map(foldAnswer)
    .filter((word) => word !== '');

const lengthOf = (text: string): number => [...text].length;

/** What keeps an answer from being registered, as the last part of a message key; undefined when nothing does. */
export const answerFault = (answer: string, question: string): 'short' | 'long' | 'inQuestion' | undefined => {
  const typed = answer.normalize('NFC').trim();
  if (lengthOf(typed) > LONGEST) return 'long';
  if (lengthOf(typed) < SHORTEST || lengthOf(foldAnswer(typed)) < SHORTEST) return 'short';
  const telling = new Set(wordsOf(question).filter((word) => lengthOf(word) >= TELLING_WORD));
  const given = [...wordsOf(typed), foldAnswer(typed)];
  return given.some((word) => telling.has(word)) ? 'inQuestion' : undefined;
};
