import type { z } from 'zod';
import type { Fault } from './faults.ts';
import { optionsAt } from './json-schema.ts';
import type { Node } from './json-schema.ts';
import { nearest } from './nearest.ts';

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section with options of its own',
};

const FORMATS: Readonly<Record<string, string>> = {
  email: 'a mail address',
  url: 'an address such as https://login.example.com',
  regex: 'of the form shown in the reference',
};

/**
 * Says what is allowed, as a phrase that follows "must be". A schema with words of its own is not asked here.
 * zod calls it with each issue before it is given a message.
 */
export const allowed: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type': {
      const kind = KINDS[issue.expected] ?? issue.expected;
      return issue.input === undefined ? `set to ${kind}` : kind;
    }
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ');
    case 'invalid_format':
      return FORMATS[issue.format] ?? `a valid ${issue.format}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `at least ${String(issue.minimum)} long`
        : `at least ${String(issue.minimum)}`;
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `at most ${String(issue.maximum)} long`
        : `at most ${String(issue.maximum)}`;
    default:
      return undefined;
  }
};

const unknownOption = (key: string, options: readonly string[]): string => {
  const meant = nearest(key, options);
  return `is unknown; ${meant === undefined ? `known here: ${options.join(', ')}` : `did you mean ${meant}?`}`;
};

type Path = readonly (string | number)[];

const keysOf = (path: readonly PropertyKey[]): Path => path.map((key) => (typeof key === 'number' ? key : String(key)));

/**
 * Puts zod's issues in words.
 *
 * @param source tells where a path's value was written
 */
export const explain = (
  issues: readonly z.core.$ZodIssue[],
  schema: Node,
  source: (path: Path) => string | undefined,
): readonly Fault[] =>
  issues.flatMap((issue) => {
    const path = keysOf(issue.path);
    const fault = (at: Path, message: string): Fault => {
      const from = source(at);
      return { path: at.join('.'), message, ...(from === undefined ? {} : { source: from }) };
    };
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => fault([...path, key], unknownOption(key, optionsAt(schema, path))));
    }
    if (issue.code === 'custom') return [fault(path, issue.message)];
    return [fault(path, `must be ${issue.message}`)];
  });
