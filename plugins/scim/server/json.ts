import { badRequest } from '../schema/scim-error.ts';
import type { ScimError } from '../schema/scim-error.ts';

/** Objects and lists within each other: what SCIM needs is five. */
const DEEPEST = 32;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPENING = [0x7b, 0x5b];
const CLOSING = [0x7d, 0x5d];

const refused = (why: string): ScimError => badRequest('invalidSyntax', why);

/** Where a text that begins at `at` ends. */
const endOfText = (json: string, at: number): number => {
  let end = at + 1;
  while (end < json.length && json.charCodeAt(end) !== QUOTE) end += json.charCodeAt(end) === BACKSLASH ? 2 : 1;
  return end;
};

/** How many members its objects have as written; before anything parses it, so that no depth can exhaust a stack. */
const membersWritten = (json: string): number => {
  let depth = 0;
  let members = 0;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) at = endOfText(json, at);
    else if (code === COLON) members += 1;
    else if (OPENING.includes(code)) depth += 1;
    else if (CLOSING.includes(code)) depth -= 1;
    if (depth > DEEPEST) throw refused('the body is nested too deeply');
  }
  return members;
};

const membersKept = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0;
  const inner: readonly unknown[] = Object.values(value);
  const own = Array.isArray(value) ? 0 : inner.length;
  return inner.reduce<number>((sum, one) => sum + membersKept(one), own);
};

const textOf = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refused('the body is not UTF-8');
  }
};

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    throw refused('the body is not JSON');
  }
};

/**
 * The JSON of a body. Of a name that an object has twice no reader knows which one another reader takes, so it is refused
 * (RFC 8259 section 4). Throws `ScimError` `invalidSyntax`.
 */
export const readJson = (bytes: Uint8Array): unknown => {
  const json = textOf(bytes);
  const written = membersWritten(json);
  const value = parsed(json);
  if (membersKept(value) !== written) throw refused('an object has a name twice');
  return value;
};
