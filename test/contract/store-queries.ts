import { expect } from 'chai';
import fc from 'fast-check';
import { comparePlaces, matches, placeOf } from '../../src/store/evaluate.ts';
import type { Page, Slice, Store } from '../../src/store/port.ts';
import { and, any, co, eq, everything, ge, gt, lt, ne, not, or, pr, sw } from '../../src/store/query.ts';
import type { Query, Sort } from '../../src/store/query.ts';
import { queryArbitrary, sortArbitrary, things, thingsArbitrary } from '../support/store-samples.ts';
import type { Thing } from '../support/store-samples.ts';
import { allPages, outcome } from '../support/store.ts';
import { BUDGET } from './store.ts';
import type { Contract } from './store.ts';

/** What the plain evaluation says a query finds, in order. */
const judged = (docs: readonly Thing[], query: Query, sort: readonly Sort[]): readonly string[] => {
  const order = comparePlaces(sort);
  return docs
    .filter((doc) => matches(query, doc))
    .map((doc) => placeOf(doc, sort))
    .sort(order)
    .map(({ id }) => id);
};

const ids = async (store: Store, query: Query, sort: readonly Sort[] = [{ path: 'id' }]): Promise<readonly string[]> =>
  (await store.find(things, query, { sort })).docs.map(({ id }) => id);

const describeMeaning = (contract: () => Contract): void => {
  it('finds, counts and pages what the plain evaluation finds, in its order', async () => {
    const { store } = contract();
    const asked = fc.array(
      fc.record({ query: queryArbitrary, sort: sortArbitrary, limit: fc.integer({ min: 1, max: 5 }) }),
      {
        minLength: 6,
        maxLength: 6,
      },
    );
    await fc.assert(
      fc.asyncProperty(thingsArbitrary, asked, async (docs, questions) => {
        await store.removeAll(things, everything);
        await store.insertMany(things, docs);
        for (const { query, sort, limit } of questions) {
          const expected = judged(docs, query, sort);
          const found = await allPages(store, things, query, { sort, limit });
          const inOrder = found.map(({ id }) => id);
          if (sort.length > 0) expect(inOrder).to.deep.equal(expected);
          else expect(inOrder).to.have.members(expected).and.to.have.length(expected.length);
          expect(await store.count(things, query)).to.equal(expected.length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives the fields that are asked for and no others, in the same order and pages', async () => {
    const { store } = contract();
    const asked = fc.record({
      query: fc.oneof(queryArbitrary, fc.constantFrom(everything, eq('name', 'a'), ge('name', 'a'))),
      sort: fc.oneof(sortArbitrary, fc.constantFrom([], [{ path: 'name' }], [{ path: 'name', descending: true }])),
      fields: fc.subarray<keyof Thing>(['id', 'name', 'number', 'mixed', 'tags', 'parts', 'deep']),
      limit: fc.integer({ min: 1, max: 5 }),
    });
    const few = fc.array(
      fc.oneof(
        asked,
        asked.map((one) => ({ ...one, fields: ['name' as const] })),
      ),
      { minLength: 6, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(thingsArbitrary, few, async (docs, questions) => {
        await store.removeAll(things, everything);
        await store.insertMany(things, docs);
        for (const { query, sort, fields, limit } of questions) {
          let cursor: string | undefined;
          do {
            const page = { sort, limit, ...(cursor === undefined ? {} : { cursor }) };
            const whole = await store.find(things, query, page);
            const narrow = await store.findFields(things, fields, query, page);
            const kept = new Set<string>(['id', ...fields]);
            const expected = whole.docs.map((doc) => Object.entries(doc).filter(([name]) => kept.has(name)));
            expect(narrow).to.deep.equal({ ...whole, docs: expected.map((entries) => Object.fromEntries(entries)) });
            cursor = whole.next;
          } while (cursor !== undefined);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('removes all that match and nothing else', async () => {
    const { store } = contract();
    await fc.assert(
      fc.asyncProperty(thingsArbitrary, queryArbitrary, async (docs, query) => {
        await store.removeAll(things, everything);
        await store.insertMany(things, docs);
        const expected = judged(docs, query, []);
        expect(await store.removeAll(things, query)).to.equal(expected.length);
        expect(await ids(store, everything)).to.deep.equal(judged(docs, not(query), []));
      }),
      { numRuns: 20 },
    );
  });

  it('holds an absent value for equal to nothing, so that ne and not include it', async () => {
    const { store } = contract();
    await store.insertMany(things, [
      { id: 'a', name: '', text: 'x' },
      { id: 'b', name: '', text: 'y' },
      { id: 'c', name: '' },
    ]);
    for (const path of ['text']) {
      expect(await ids(store, ne(path, 'x'))).to.deep.equal(['b', 'c']);
      expect(await ids(store, not(eq(path, 'x')))).to.deep.equal(['b', 'c']);
      expect(await ids(store, not(gt(path, 'x')))).to.deep.equal(['a', 'c']);
      expect(await ids(store, not(pr(path)))).to.deep.equal(['c']);
    }
  });

  it('keeps numbers, text and booleans apart', async () => {
    const { store } = contract();
    const values = [0, 1, '0', '1', '', false, true];
    await store.insertMany(
      things,
      values.map((mixed, position) => ({ id: String(position), name: '', mixed, plain: mixed, tags: [mixed] })),
    );
    for (const path of ['mixed', 'plain', 'tags']) {
      for (const [position, value] of values.entries()) {
        expect(await ids(store, eq(path, value)), path).to.deep.equal([String(position)]);
      }
      expect(await ids(store, gt(path, 0))).to.deep.equal(['1']);
      expect(await ids(store, gt(path, ''))).to.deep.equal(['2', '3']);
      expect(await ids(store, lt(path, true))).to.deep.equal(['5']);
    }
  });

  it('holds numbers as the doubles they are, beyond the integers those can tell apart', async () => {
    const { store } = contract();
    const numbers = [2 ** 60, 2 ** 53, 0.1 + 0.2, 1e300, -0];
    await store.insertMany(
      things,
      numbers.map((number, position) => ({ id: String(position), name: '', number, plain: number, tags: [number] })),
    );
    for (const [position, number] of numbers.entries()) {
      for (const path of ['number', 'plain', 'tags']) {
        expect(await ids(store, eq(path, number)), `${path} ${String(number)}`).to.deep.equal([String(position)]);
      }
    }
  });

  it('asks of a list that one element meets a condition, and with any that one meets all', async () => {
    const { store } = contract();
    await store.insertMany(things, [
      {
        id: 'a',
        name: '',
        parts: [
          { kind: 'x', size: 1 },
          { kind: 'y', size: 100 },
        ],
      },
      { id: 'b', name: '', parts: [{ kind: 'x', size: 100 }] },
      { id: 'c', name: '', parts: [] },
    ]);
    expect(await ids(store, and(eq('parts.kind', 'x'), eq('parts.size', 100)))).to.deep.equal(['a', 'b']);
    expect(await ids(store, any('parts', and(eq('kind', 'x'), eq('size', 100))))).to.deep.equal(['b']);
    expect(await ids(store, any('parts', and(gt('size', 1), lt('size', 100))))).to.deep.equal([]);
    expect(await ids(store, and(gt('parts.size', 1), lt('parts.size', 100)))).to.deep.equal(['a']);
    expect(await ids(store, ne('parts.kind', 'x'))).to.deep.equal(['c']);
    expect(await ids(store, any('parts', ne('kind', 'x')))).to.deep.equal(['a']);
  });

  it('refuses paths, values and pages that have no meaning', async () => {
    const { store } = contract();
    const bad = [
      eq('text', '\0'),
      eq('text', '\ud800'),
      eq('text', Number.NaN),
      eq('a-b', 1),
      eq('', 1),
      pr('a..b'),
      eq('tags.0', 1),
    ];
    for (const query of bad) {
      expect(await outcome(store.find(things, query)), JSON.stringify(query)).to.equal('bad_request');
      expect(await outcome(store.count(things, or(everything, query)))).to.equal('bad_request');
      expect(await outcome(store.removeAll(things, query))).to.equal('bad_request');
    }
    expect(await outcome(store.find(things, everything, { sort: [{ path: '$where' }] }))).to.equal('bad_request');
    expect(await outcome(store.find(things, everything, { sort: [{ path: 'tags' }] }))).to.equal('bad_request');
    for (const limit of [0, 1001, 1.5, Number.NaN]) {
      expect(await outcome(store.find(things, everything, { limit }))).to.equal('bad_request');
    }
    for (const cursor of [
      '',
      'x',
      '!',
      Buffer.from('[1]').toString('base64url'),
      Buffer.from('{}').toString('base64url'),
      Buffer.from('["x","y","z"]').toString('base64url'),
    ]) {
      expect(await outcome(store.find(things, everything, { cursor }))).to.equal('bad_request');
    }
  });
};

const describePaging = (contract: () => Contract): void => {
  const numbered = (from: number, to: number): readonly Thing[] =>
    Array.from({ length: to - from }, (_, offset) => {
      const number = from + offset;
      return {
        id: `t${String(number).padStart(4, '0')}`,
        name: `n${String(number % 7)}`,
        ...(number % 5 === 0 ? {} : { number }),
      };
    });

  for (const fields of [undefined, ['name'] as const]) {
    const what = fields ? 'the fields of everything' : 'everything';
    it(`pages through ${what} once, whatever is inserted and removed meanwhile`, async () => {
      const { store } = contract();
      const read = (page: Page): Promise<Slice<{ readonly id: string }>> =>
        fields ? store.findFields(things, fields, everything, page) : store.find(things, everything, page);
      const docs = numbered(0, 200);
      await store.insertMany(things, docs);
      for (const sort of [
        [],
        [{ path: 'name' }],
        [{ path: 'number', descending: true }],
        [{ path: 'name' }, { path: 'number' }],
      ]) {
        const seen: string[] = [];
        let cursor: string | undefined;
        let page = 0;
        do {
          const found = await read({
            sort,
            limit: 30,
            ...(cursor === undefined ? {} : { cursor }),
          });
          seen.push(...found.docs.map(({ id }) => id));
          cursor = found.next;
          page += 1;
          const passed = found.docs.at(-1)?.id ?? '';
          await store.insert(things, { id: `${passed}x${String(page)}${String(sort.length)}`, name: 'a' });
          await store.remove(things, passed);
          await store.insert(things, {
            ...docs.find(({ id }) => id === passed),
            id: passed,
            name: docs.find(({ id }) => id === passed)?.name ?? 'a',
          });
        } while (cursor !== undefined);
        const old = seen.filter((id) => !id.includes('x'));
        expect(old).to.have.members(docs.map(({ id }) => id));
      }
    });
  }

  it('gives a cursor exactly when there is more', async () => {
    const { store } = contract();
    await store.insertMany(things, numbered(0, 4));
    expect(await store.find(things, everything, { limit: 4 })).to.not.have.property('next');
    const first = await store.find(things, everything, { limit: 3 });
    expect(first.next).to.be.a('string');
    const second = await store.find(things, everything, { limit: 3, cursor: first.next ?? '' });
    expect(second.docs.map(({ id }) => id)).to.deep.equal(['t0003']);
    expect(second).to.not.have.property('next');
  });

  it('gives 100 documents when no limit is asked for, and up to 1,000', async () => {
    const { store } = contract();
    await store.insertMany(things, numbered(0, 1001));
    expect((await store.find(things, everything)).docs).to.have.length(100);
    expect((await store.find(things, everything, { limit: 1000 })).docs).to.have.length(1000);
  });
};

const describeCost = (contract: () => Contract): void => {
  it('refuses a query that no index serves once it has read its budget, and serves the others', async () => {
    const { store } = contract();
    const many = Array.from({ length: BUDGET * 2 }, (_, number) => ({
      id: `t${String(number)}`,
      name: 'n',
      number,
      plain: number,
      tags: ['all'],
    }));
    await store.insertMany(things, many);
    const last = BUDGET * 2 - 1;
    expect(await outcome(store.find(things, eq('plain', last)))).to.equal('too_costly');
    expect(await outcome(store.count(things, eq('plain', last)))).to.equal('too_costly');
    expect(await outcome(store.find(things, sw('name', 'n'), { sort: [{ path: 'plain' }] }))).to.equal('too_costly');
    expect((await store.find(things, eq('number', last))).docs).to.have.length(1);
    expect((await store.find(things, and(eq('number', last), eq('plain', last)))).docs).to.have.length(1);
    expect((await store.find(things, eq('id', 't7'))).docs).to.have.length(1);
    expect(
      (await store.find(things, everything, { sort: [{ path: 'number', descending: true }] })).docs,
    ).to.have.length(100);
    expect(await store.count(things, everything)).to.equal(BUDGET * 2);
    expect(await store.count(things, eq('name', 'n'))).to.equal(BUDGET * 2);
    expect(await store.count(things, eq('tags', 'all'))).to.equal(BUDGET * 2);
    expect(await store.count(things, and(ge('number', 10), lt('number', 3010)))).to.equal(3000);
    const part = await allPages(store, things, co('name', 'n'), { sort: [{ path: 'number' }], limit: 1000 });
    expect(part.map(({ number }) => number)).to.deep.equal(many.map(({ number }) => number));
    const range = and(ge('number', 5), lt('number', 2505));
    const ranged = await allPages(store, things, range, { sort: [{ path: 'number', descending: true }], limit: 700 });
    expect(ranged.map(({ number }) => number)).to.deep.equal(
      Array.from({ length: 2500 }, (_, offset) => 2504 - offset),
    );
    expect(await store.removeAll(things, eq('name', 'n'))).to.equal(BUDGET * 2);
  });
};

export const describeQueries = (contract: () => Contract): void => {
  describe('queries', () => {
    describeMeaning(contract);
    describePaging(contract);
    describeCost(contract);
  });
};
