import { expect } from 'chai';
import { systemRandom } from '../../src/kernel/random.ts';
import { timeOrderedIds } from '../../src/kernel/time-ordered-id.ts';

describe('time-ordered ids', () => {
  it('sort by bytes as they were made, within a millisecond and over a clock that is set back', () => {
    const times = [5, 5, 5, 6, 3, 3, 7, 36 ** 8, 36 ** 8 + 1];
    let at = 0;
    const nextId = timeOrderedIds({ now: () => times[at++] ?? 0 }, systemRandom);
    const ids = times.map(() => nextId());
    expect(ids).to.deep.equal(ids.toSorted());
    expect(new Set(ids)).to.have.length(times.length);
  });
});
