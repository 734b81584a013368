import fc from 'fast-check';
import type { AttributePath, Comparison, Filter, FilterValue } from '../../plugins/scim/filter/filter.ts';
import { comparisons } from '../../plugins/scim/filter/filter.ts';

/** Text that documents can hold: no NUL, no lone surrogate. */
export const storableText = fc
  .string({ unit: 'binary', maxLength: 6 })
  .filter((text) => !text.includes('\0') && text.isWellFormed());

const valueArbitrary: fc.Arbitrary<FilterValue> = fc.oneof(
  storableText,
  fc.constantFrom('"', '\\', ' or ', ')', ']', 'a"b', '\n'),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
  fc.boolean(),
  fc.constant(null),
);

/** Names that are also words of the grammar among them. */
const nameArbitrary = fc.oneof(
  fc.constantFrom('userName', 'not', 'and', 'or', 'pr', 'eq', 'true', 'null', '$ref', 'x-y_z', 'emails'),
  fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,5}$/),
);

const pathArbitrary: fc.Arbitrary<AttributePath> = fc.record(
  {
    schema: fc.constantFrom('urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', 'urn:x:y'),
    name: nameArbitrary,
    sub: nameArbitrary,
  },
  { requiredKeys: ['name'] },
);

const treeOf = (leaf: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> =>
  fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({ kind: fc.constantFrom('and', 'or'), of: fc.array(tie('filter'), { minLength: 2, maxLength: 3 }) }),
      fc.record({ kind: fc.constant('not'), of: tie('filter') }),
    ),
  })).filter;

const leafOn = (path: fc.Arbitrary<AttributePath>): fc.Arbitrary<Filter> =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('compare'),
        path,
        op: fc.constantFrom(...comparisons),
        value: valueArbitrary,
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('present'), path }) },
  );

/** Any filter that can be written, whether or not its names mean anything. */
export const anyFilter: fc.Arbitrary<Filter> = treeOf(
  fc.oneof(
    { weight: 4, arbitrary: leafOn(pathArbitrary) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('valuePath'),
        path: fc.record({ schema: fc.constant('urn:x:y'), name: nameArbitrary }, { requiredKeys: ['name'] }),
        of: treeOf(leafOn(nameArbitrary.map((name) => ({ name })))),
      }),
    },
  ),
);

export interface Tried {
  readonly path: AttributePath;
  readonly ops: readonly Comparison[];
  readonly values: readonly FilterValue[];
}

const ordered = comparisons;
const equality: readonly Comparison[] = ['eq', 'ne'];
const numeric: readonly Comparison[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];

/** Few and close together, so that equal ones, beginnings and endings are met often. */
export const texts = [
  'a',
  'A',
  'ab',
  'B',
  'bA',
  'ß',
  'SS',
  'ẞ',
  'é',
  'E\u0301',
  'ﬁ',
  'FI',
  '\u{1F600}',
  '\u{FF21}',
  'σ',
  'ς',
] as const;
export const mails = ['a@x.example', 'A@X.example', 'b@x.example', 'ä@y.example'] as const;
export const types = ['work', 'Work', 'home'] as const;
export const moments = [0, 1_700_000_000_000, 1_700_000_000_001, 1_800_000_000_000] as const;

const text = (name: string, sub?: string, schema?: string): Tried => ({
  path: { ...(schema !== undefined && { schema }), name, ...(sub !== undefined && { sub }) },
  ops: ordered,
  values: [...texts, null, ''],
});

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const spellings = (moment: number): readonly string[] => [
  new Date(moment).toISOString(),
  new Date(moment + 7_200_000).toISOString().replace('Z', '+02:00'),
];

/** Every kind of attribute, with what it can be compared by and with. */
export const triedAttributes: readonly Tried[] = [
  { path: { name: 'id' }, ops: ordered, values: ['p0', 'P0', 'p1', 'p', null] },
  { path: { name: 'externalId' }, ops: ordered, values: [...texts, null] },
  { path: { name: 'USERNAME' }, ops: ordered, values: [...texts, null] },
  text('displayName'),
  text('title'),
  text('name', 'familyName'),
  text('name', 'givenName'),
  { path: { name: 'active' }, ops: equality, values: [true, false, 'True', 'FALSE', null] },
  { path: { name: 'profileUrl' }, ops: ordered, values: [...texts] },
  { path: { name: 'emails' }, ops: ordered, values: [...mails, '@', 'x', null] },
  { path: { name: 'emails', sub: 'value' }, ops: ordered, values: [...mails, '@', 'x', null] },
  { path: { name: 'emails', sub: 'type' }, ops: ordered, values: [...types, null] },
  { path: { name: 'emails', sub: 'primary' }, ops: equality, values: [true, false, 'true', null] },
  { path: { name: 'photos', sub: 'value' }, ops: ordered, values: [...texts] },
  { path: { name: 'photos', sub: 'type' }, ops: ordered, values: [...types] },
  text('addresses', 'locality'),
  text('department', undefined, ENTERPRISE),
  text('department', undefined, ENTERPRISE.toUpperCase()),
  { path: { schema: ENTERPRISE, name: 'manager', sub: 'value' }, ops: ordered, values: [...texts, null] },
  { path: { schema: ENTERPRISE, name: 'manager' }, ops: ordered, values: [...texts, null] },
  text('manager', 'displayName', ENTERPRISE),
  { path: { name: 'meta', sub: 'created' }, ops: numeric, values: [...moments.flatMap(spellings), null] },
  { path: { name: 'meta', sub: 'lastModified' }, ops: numeric, values: [...moments.flatMap(spellings), null] },
  { path: { name: 'meta', sub: 'resourceType' }, ops: equality, values: ['User', 'Group', null] },
  { path: { name: 'schemas' }, ops: equality, values: [USER, ENTERPRISE, ENTERPRISE.toUpperCase(), 'urn:x:y', null] },
];

const presentOnly: readonly AttributePath[] = [
  { name: 'name' },
  { name: 'addresses' },
  { name: 'phoneNumbers' },
  { name: 'meta' },
  { name: 'schemas' },
  { name: 'meta', sub: 'version' },
];

const condition = ({ path, ops, values }: Tried): fc.Arbitrary<Filter> =>
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .record({
          kind: fc.constant('compare' as const),
          path: fc.constant(path),
          op: fc.constantFrom(...ops),
          value: fc.constantFrom(...values),
        })
        .map((filter) =>
          filter.value === null && !equality.includes(filter.op) ? { ...filter, op: 'ne' as const } : filter,
        ),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('present' as const), path: fc.constant(path) }) },
  );

/** A list, and what its elements can be asked. */
const lists = {
  emails: [
    { path: { name: 'value' }, ops: ordered, values: [...mails, '@', null] },
    { path: { name: 'TYPE' }, ops: ordered, values: [...types, null] },
    { path: { name: 'primary' }, ops: equality, values: [true, false, 'True', null] },
    { path: { name: 'display' }, ops: ordered, values: [...texts, null] },
  ],
  photos: [
    { path: { name: 'value' }, ops: ordered, values: [...texts] },
    { path: { name: 'type' }, ops: ordered, values: [...types] },
  ],
  addresses: [
    { path: { name: 'locality' }, ops: ordered, values: [...texts, null] },
    { path: { name: 'type' }, ops: ordered, values: [...types] },
  ],
} satisfies Readonly<Record<string, readonly Tried[]>>;

const valuePath = (name: string, tried: readonly Tried[]): fc.Arbitrary<Filter> =>
  fc.record({
    kind: fc.constant('valuePath'),
    path: fc.constant({ name }),
    of: treeOf(fc.oneof(...tried.map(condition))),
  });

/** Filters of people that mean something. */
export const meaningfulFilter: fc.Arbitrary<Filter> = treeOf(
  fc.oneof(
    { weight: 6, arbitrary: fc.oneof(...triedAttributes.map(condition)) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('present'), path: fc.constantFrom(...presentOnly) }) },
    { weight: 3, arbitrary: fc.oneof(...Object.entries(lists).map(([name, tried]) => valuePath(name, tried))) },
  ),
);
