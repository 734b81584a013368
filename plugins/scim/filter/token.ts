import { isStorable } from '../../../src/kernel/text.ts';
import { badRequest } from '../schema/scim-error.ts';
import type { ScimError } from '../schema/scim-error.ts';
import type { Reader } from './reader.ts';

export type Token =
  | { readonly kind: '(' | ')' | '[' | ']' | 'end' }
  | { readonly kind: 'text'; readonly value: string }
  /** A name, an operator, a number or a literal, as it is written; `joined` when nothing separates it from before. */
  | { readonly kind: 'word'; readonly word: string; readonly joined: boolean };

export const invalid = (detail: string): ScimError => badRequest('invalidFilter', detail);

const SPACE = ' \t\r\n';
const ENDS_WORD = `${SPACE}()[]"`;

/** Reads to the closing quote, which is found in one pass: a text that is never closed costs no more than its length. */
const textFrom = (reader: Reader): Token => {
  const start = reader.at;
  reader.skip();
  for (;;) {
    const character = reader.peek();
    if (character === '') throw invalid('a text has no closing quote');
    reader.skip();
    if (character === '\\') reader.skip();
    if (character === '"') break;
  }
  const value = parsed(reader.since(start));
  if (value === undefined || !isStorable(value)) throw invalid('a text is not a string of JSON');
  return { kind: 'text', value };
};

const parsed = (literal: string): string | undefined => {
  try {
    return String(JSON.parse(literal));
  } catch {
    return undefined;
  }
};

const wordFrom = (reader: Reader, joined: boolean): Token => {
  const start = reader.at;
  for (let character = reader.peek(); character !== '' && !ENDS_WORD.includes(character); character = reader.peek()) {
    reader.skip();
  }
  return { kind: 'word', word: reader.since(start), joined };
};

/** The next token. Throws `ScimError` `invalidFilter`. */
export const nextToken = (reader: Reader): Token => {
  let joined = true;
  while (reader.peek() !== '' && SPACE.includes(reader.peek())) {
    joined = false;
    reader.skip();
  }
  const character = reader.peek();
  switch (character) {
    case '':
      return { kind: 'end' };
    case '(':
    case ')':
    case '[':
    case ']':
      reader.skip();
      return { kind: character };
    case '"':
      return textFrom(reader);
    default:
      return wordFrom(reader, joined);
  }
};
