import { expect } from 'chai';
import { z } from 'zod';
import { pathShape } from '../../src/store/shape.ts';

describe('what a shape says about a path', () => {
  const shape = z.object({
    id: z.string(),
    name: z.string().optional(),
    filled: z.string().default('x'),
    deep: z.object({ inner: z.string(), maybe: z.string().optional() }),
    perhaps: z.object({ inner: z.string() }).optional(),
    tags: z.array(z.string()),
    mails: z.array(z.object({ value: z.string(), kinds: z.array(z.string()) })).optional(),
    either: z.union([z.string(), z.array(z.string())]),
    kind: z.discriminatedUnion('is', [
      z.object({ is: z.literal('a'), both: z.string(), a: z.string() }),
      z.object({ is: z.literal('b'), both: z.string() }),
    ]),
    named: z.record(z.string(), z.object({ value: z.number() })),
    trimmed: z
      .string()
      .transform((text) => text.trim())
      .pipe(z.string()),
    lazy: z.lazy(() => z.object({ value: z.string() })),
  });
  const cases: readonly [string, ReturnType<typeof pathShape>][] = [
    ['id', { lists: [], required: true }],
    ['name', { lists: [], required: false }],
    ['filled', { lists: [], required: false }],
    ['deep', { lists: [], required: false }],
    ['deep.inner', { lists: [], required: true }],
    ['deep.maybe', { lists: [], required: false }],
    ['perhaps.inner', { lists: [], required: false }],
    ['tags', { lists: ['tags'], required: false }],
    ['mails.value', { lists: ['mails'], required: false }],
    ['mails.kinds', { lists: ['mails', 'mails.kinds'], required: false }],
    ['either', undefined],
    ['kind.both', { lists: [], required: true }],
    ['kind.a', { lists: [], required: false }],
    ['named.anything.value', { lists: [], required: false }],
    ['trimmed', { lists: [], required: true }],
    ['lazy.value', { lists: [], required: true }],
    ['nowhere', undefined],
    ['id.nowhere', undefined],
  ];
  for (const [path, said] of cases) {
    it(`is that ${path} ${said === undefined ? 'is not settled' : `runs through ${said.lists.join(' and ') || 'no list'}${said.required ? ', and is always there' : ''}`}`, () => {
      expect(pathShape(shape, path)).to.deep.equal(said);
    });
  }

  it('holds for a shape that is itself a union', () => {
    const either = z.union([z.object({ id: z.string(), a: z.string() }), z.object({ id: z.string() })]);
    expect(pathShape(either, 'id')).to.deep.equal({ lists: [], required: true });
    expect(pathShape(either, 'a')).to.deep.equal({ lists: [], required: false });
  });
});
