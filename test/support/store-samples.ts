import fc from 'fast-check';
import { z } from 'zod';
import { defineCollection } from '../../src/store/port.ts';
import type { Query, Sort } from '../../src/store/query.ts';

/** A collection for the verbs: unique, expiring, counted, queued. */
export const accounts = defineCollection({
  name: 'accounts',
  shape: z.object({
    id: z.string(),
    userName: z.string().optional(),
    emails: z.array(z.object({ value: z.string() })).optional(),
    tries: z.number().optional(),
    state: z.string().optional(),
    due: z.number().optional(),
    expiresAt: z.number().optional(),
  }),
  indexes: {
    userName: { on: ['userName'], unique: true },
    email: { on: ['emails.value'], unique: true },
    due: { on: ['state', 'due'] },
  },
  expiry: 'expiresAt',
});

const mixed = z.union([z.string(), z.number(), z.boolean()]);

/** A collection for the queries: every kind of value, with and without an index. */
export const things = defineCollection({
  name: 'things',
  shape: z.object({
    id: z.string(),
    name: z.string(),
    text: z.string().optional(),
    number: z.number().optional(),
    flag: z.boolean().optional(),
    mixed: mixed.optional(),
    plain: mixed.optional(),
    deep: z.object({ inner: z.string().optional() }).optional(),
    tags: z.array(mixed).optional(),
    plainTags: z.array(mixed).optional(),
    parts: z
      .array(
        z.object({ kind: z.string().optional(), size: z.number().optional(), marks: z.array(z.string()).optional() }),
      )
      .optional(),
  }),
  indexes: {
    name: { on: ['name'] },
    text: { on: ['text'] },
    number: { on: ['number'] },
    mixed: { on: ['mixed'] },
    flagText: { on: ['flag', 'text'], sparse: true },
    nameNumber: { on: ['name', 'number'] },
    inner: { on: ['deep.inner'], sparse: true },
    tags: { on: ['tags'] },
    parts: { on: ['parts.kind', 'parts.size'] },
    marks: { on: ['flag', 'parts.size'] },
  },
});

export type Thing = z.infer<typeof things.shape>;

// Few and short, so that equal values, prefixes and suffixes are met often; and the characters on which UTF-16 order,
// patterns and escapes go wrong.
const letters = [
  'a',
  'b',
  'A',
  'é',
  '\u{1F600}',
  '\u{FF21}',
  '\u{E000}',
  '\u{D7FF}',
  '\u{10FFFF}',
  '.',
  '*',
  '\\',
  '%',
  '_',
  '\n',
  '$',
  '^',
  "'",
  '"',
];

export const textArbitrary = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom('a', 'b') }, fc.constantFrom(...letters)), { maxLength: 3 })
  .map((parts) => parts.join(''));

const numberArbitrary = fc.constantFrom(-1, 0, 1, 2, 1.5, 0.1 + 0.2, 1e21, 2 ** 60, 2 ** 53 + 2, 1_700_000_000_000);

export const scalarArbitrary = fc.oneof(
  { weight: 3, arbitrary: textArbitrary },
  { weight: 2, arbitrary: numberArbitrary },
  fc.boolean(),
);

const optional = { requiredKeys: [] as [] };

const partArbitrary = fc.record(
  { kind: textArbitrary, size: numberArbitrary, marks: fc.array(textArbitrary, { maxLength: 2 }) },
  optional,
);

const thingArbitrary: fc.Arbitrary<Thing> = fc.record(
  {
    id: fc.tuple(textArbitrary, fc.nat()).map(([text, number]) => `${text}${String(number)}`),
    name: textArbitrary,
    text: textArbitrary,
    number: numberArbitrary,
    flag: fc.boolean(),
    mixed: scalarArbitrary,
    plain: scalarArbitrary,
    deep: fc.record({ inner: textArbitrary }, optional),
    tags: fc.array(scalarArbitrary, { maxLength: 3 }),
    plainTags: fc.array(scalarArbitrary, { maxLength: 3 }),
    parts: fc.array(partArbitrary, { maxLength: 3 }),
  },
  { requiredKeys: ['id', 'name'] },
);

export const thingsArbitrary = fc.uniqueArray(thingArbitrary, { maxLength: 14, selector: ({ id }) => id });

const scalarPaths = ['name', 'text', 'number', 'flag', 'mixed', 'plain', 'deep.inner'];
const paths = [
  ...scalarPaths,
  'deep',
  'tags',
  'plainTags',
  'parts',
  'parts.kind',
  'parts.size',
  'parts.marks',
  'nowhere',
];

const comparison = (among: readonly string[]): fc.Arbitrary<Query> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        op: fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'),
        path: fc.constantFrom(...among),
        value: scalarArbitrary,
      }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('pr' as const), path: fc.constantFrom(...among) }) },
  );

const tree = (leaf: fc.Arbitrary<Query>): fc.Arbitrary<Query> =>
  fc.letrec<{ query: Query }>((tie) => ({
    query: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({ op: fc.constantFrom('and' as const, 'or' as const), of: fc.array(tie('query'), { maxLength: 3 }) }),
      fc.record({ op: fc.constant('not' as const), of: tie('query') }),
    ),
  })).query;

const anyArbitrary: fc.Arbitrary<Query> = fc.record({
  op: fc.constant('any' as const),
  path: fc.constantFrom('parts', 'parts', 'parts', 'tags', 'deep'),
  of: tree(comparison(['kind', 'size', 'marks'])),
});

export const queryArbitrary: fc.Arbitrary<Query> = tree(
  fc.oneof({ weight: 4, arbitrary: comparison(paths) }, { weight: 1, arbitrary: anyArbitrary }),
);

export const sortArbitrary: fc.Arbitrary<readonly Sort[]> = fc.uniqueArray(
  fc.record({ path: fc.constantFrom(...scalarPaths, 'id'), descending: fc.boolean() }),
  { maxLength: 2, selector: ({ path }) => path },
);
