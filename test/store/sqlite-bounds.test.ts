import { expect } from 'chai';
import fc from 'fast-check';
import { compareScalars, matches } from '../../src/store/evaluate.ts';
import type { Query, Scalar } from '../../src/store/query.ts';
import { afterPrefix, boundsOf } from '../../src/store/sqlite/bounds.ts';
import type { Bound } from '../../src/store/sqlite/bounds.ts';
import { isRange } from '../../src/store/sqlite/conditions.ts';
import type { Condition } from '../../src/store/sqlite/conditions.ts';
import { layOut } from '../../src/store/sqlite/schema.ts';
import { plansFor } from '../../src/store/sqlite/plan.ts';
import { segmentsOf } from '../../src/store/sqlite/segments.ts';
import { toSql } from '../../src/store/sqlite/value.ts';
import { scalarArbitrary, textArbitrary, things } from '../support/store-samples.ts';
import { and, ge, le, lt, gt } from '../../src/store/query.ts';

/** SQLite's own order of values: numbers, text, blobs. */
const compare = (a: Bound['value'], b: Bound['value']): number => {
  const rank = (value: Bound['value']): number => ['number', 'string', 'object'].indexOf(typeof value);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  return typeof a === 'object' && typeof b === 'object'
    ? Buffer.compare(a, b)
    : compareScalars(a as Scalar, b as Scalar);
};

const conditionArbitrary: fc.Arbitrary<Condition> = fc
  .record({ op: fc.constantFrom('gt', 'ge', 'lt', 'le', 'sw'), path: fc.constant('value'), value: scalarArbitrary })
  .filter(isRange);

describe('the stretch of an index that conditions leave', () => {
  it('holds exactly the values that meet all of them', () => {
    fc.assert(
      fc.property(
        fc.array(conditionArbitrary, { minLength: 1, maxLength: 3 }),
        scalarArbitrary,
        (conditions, scalar) => {
          const { lower, upper } = boundsOf(conditions);
          const value = toSql(scalar) ?? '';
          const [fromLower, fromUpper] = [lower && compare(value, lower.value), upper && compare(value, upper.value)];
          const above = fromLower === undefined || fromLower > 0 || (fromLower === 0 && lower?.inclusive === true);
          const beneath = fromUpper === undefined || fromUpper < 0 || (fromUpper === 0 && upper?.inclusive === true);
          const query: Query = {
            op: 'and',
            of: conditions.map(({ op, path, value: with_ }) => ({ op, path, value: with_ })),
          };
          expect(above && beneath).to.equal(matches(query, { value: scalar }));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('ends a prefix at the least text beyond all that begin with it', () => {
    fc.assert(
      fc.property(textArbitrary, textArbitrary, (prefix, text) => {
        const end = afterPrefix(prefix);
        const before = end === undefined || compareScalars(text, end) < 0;
        expect(compareScalars(text, prefix) >= 0 && before).to.equal(text.startsWith(prefix));
      }),
    );
    expect(afterPrefix('a\u{d7ff}')).to.equal('a\u{e000}');
    expect(afterPrefix('a\u{10ffff}\u{10ffff}')).to.equal('b');
    expect(afterPrefix('')).to.equal(undefined);
  });

  it('has one bound at each end, also where reading goes on', () => {
    const query = and(ge('number', 1), gt('number', 2), lt('number', 9), le('number', 10));
    const [plan] = plansFor(layOut(things), query, [{ path: 'number' }]);
    if (plan?.access.kind !== 'ordered') throw new Error('the index on number serves this');
    for (const after of [undefined, { key: [5], id: 'x' }]) {
      const segments = segmentsOf(plan.access, after);
      const last = segments.at(-1)?.text ?? '';
      expect(last.match(/f_number >/g), last).to.have.length(1);
      expect(last.match(/f_number </g), last).to.have.length(1);
    }
  });
});
