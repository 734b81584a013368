import { AppError } from '../../src/kernel/errors.ts';
import { and, approx, eq, ge, le, matches, not, or, present, substrings } from './filter.ts';
import type { Filter, FilterValue } from './filter.ts';

const DEEPEST = 50;

const NAME = String.raw`(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)`;
const ITEM = new RegExp(String.raw`^(${NAME}(?:;[A-Za-z0-9-]+)*)(=|>=|<=|~=)([^()\0]*)$`, 'su');
const EXTENSIBLE = new RegExp(String.raw`^(${NAME}(?:;[A-Za-z0-9-]+)*)?(:dn)?(?::(${NAME}))?:=([^()\0]*)$`, 'su');

const fault = (what: string): AppError => new AppError('config_invalid', `not an LDAP filter: ${what}`);

/** Bytes where they are no text: an escaped objectGUID. */
const unescaped = (text: string): FilterValue => {
  if (/\\(?![0-9a-fA-F]{2})/.test(text)) throw fault('a backslash without two hexadecimal digits');
  if (!text.includes('\\')) return text;
  const pieces = text.split(/\\([0-9a-fA-F]{2})/);
  const bytes = Buffer.concat(pieces.map((piece, at) => Buffer.from(piece, at % 2 === 1 ? 'hex' : 'utf8')));
  const decoded = bytes.toString('utf8');
  return Buffer.from(decoded, 'utf8').equals(bytes) ? decoded : bytes;
};

const equality = (attribute: string, text: string): Filter => {
  const pieces = text.split('*');
  if (pieces.length === 1) return eq(attribute, unescaped(text));
  const initial = pieces[0] ?? '';
  const final = pieces.at(-1) ?? '';
  return substrings(attribute, {
    ...(initial === '' ? {} : { initial: unescaped(initial) }),
    any: pieces
      .slice(1, -1)
      .filter((piece) => piece !== '')
      .map(unescaped),
    ...(final === '' ? {} : { final: unescaped(final) }),
  });
};

const comparisons = { '>=': ge, '<=': le, '~=': approx } as const;

const item = (text: string): Filter => {
  const [, attribute, operator, value = ''] = ITEM.exec(text) ?? [];
  if (attribute !== undefined) {
    if (operator === '=') return value === '*' ? present(attribute) : equality(attribute, value);
    if (value.includes('*')) throw fault('a * that stands for nothing here');
    return comparisons[operator as keyof typeof comparisons](attribute, unescaped(value));
  }
  const [found, of, dn, rule, assertion = ''] = EXTENSIBLE.exec(text) ?? [];
  if (found === undefined || (of === undefined && rule === undefined)) throw fault(JSON.stringify(text.slice(0, 60)));
  return matches(of, rule, unescaped(assertion), dn !== undefined);
};

interface Parsed {
  readonly filter: Filter;
  /** Where the text goes on. */
  readonly next: number;
}

const list = (text: string, from: number, depth: number): { readonly of: readonly Filter[]; readonly next: number } => {
  const of: Filter[] = [];
  let next = from;
  while (text[next] === '(') {
    const parsed = one(text, next, depth);
    of.push(parsed.filter);
    next = parsed.next;
  }
  if (of.length === 0) throw fault('a list of none');
  return { of, next };
};

const one = (text: string, from: number, depth: number): Parsed => {
  if (depth > DEEPEST) throw fault(`more than ${DEEPEST} in one another`);
  if (text[from] !== '(') throw fault('a ( is missing');
  const close = (filter: Filter, at: number): Parsed => {
    if (text[at] !== ')') throw fault('a ) is missing');
    return { filter, next: at + 1 };
  };
  const sign = text[from + 1];
  if (sign === '&' || sign === '|') {
    const { of, next } = list(text, from + 2, depth + 1);
    return close(sign === '&' ? and(...of) : or(...of), next);
  }
  if (sign === '!') {
    const { filter, next } = one(text, from + 2, depth + 1);
    return close(not(filter), next);
  }
  const end = text.indexOf(')', from);
  if (end < 0) throw fault('a ) is missing');
  return close(item(text.slice(from + 1, end)), end);
};

/** Reads what an operator wrote (RFC 4515). Throws `config_invalid`. Never for text of anybody else. */
export const parsedFilter = (text: string): Filter => {
  const { filter, next } = one(text.trim(), 0, 0);
  if (next !== text.trim().length) throw fault('something follows it');
  return filter;
};

export const isFilter = (text: string): boolean => {
  try {
    parsedFilter(text);
    return true;
  } catch {
    return false;
  }
};
