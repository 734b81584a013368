import { expect } from 'chai';
import fc from 'fast-check';
import { gatesOf } from '../../plugins/sspr/gates.ts';
import type { Showing } from '../../plugins/sspr/gates.ts';

const showing = (method: string, ...things: readonly string[]): Showing => ({ method, things });

const areDifferent = (chosen: readonly Showing[]): boolean => {
  const things = chosen.flatMap((one) => [...new Set(one.things)]);
  return new Set(things).size === things.length && new Set(chosen.map(({ method }) => method)).size === chosen.length;
};

/** The size of the largest subset of different methods and things, by looking at all of them. */
const bruteForce = (showings: readonly Showing[]): number => {
  let most = 0;
  for (let subset = 0; subset < 2 ** showings.length; subset += 1) {
    const chosen = showings.filter((_showing, at) => (subset >> at) % 2 === 1);
    if (chosen.length > most && areDifferent(chosen)) most = chosen.length;
  }
  return most;
};

const arbitraryShowing = fc.record({
  method: fc.constantFrom('sms', 'voice', 'passkey', 'device', 'approval', 'email'),
  things: fc.array(fc.constantFrom('phone 1', 'phone 2', 'browser 1', 'browser 2', 'browser 3'), { maxLength: 3 }),
});

describe('counting gates', () => {
  it('takes an SMS and a call to one number for one gate, and to two numbers for two', () => {
    expect(gatesOf([showing('sms', 'phone 1'), showing('voice', 'phone 1')])).to.have.length(1);
    expect(gatesOf([showing('sms', 'phone 1'), showing('voice', 'phone 2')])).to.have.length(2);
  });

  it('takes a trusted device, a platform passkey and an approval of one browser for one gate', () => {
    const one = [showing('device', 'browser 1'), showing('passkey', 'browser 1'), showing('approval', 'browser 1')];
    expect(gatesOf(one)).to.have.length(1);
    expect(gatesOf([...one, showing('email')])).to.have.length(2);
    expect(gatesOf([...one, showing('approval', 'browser 2')])).to.have.length(2);
  });

  it('takes two of one method for one gate', () => {
    expect(gatesOf([showing('passkey', 'key 1'), showing('passkey', 'key 2')])).to.have.length(1);
  });

  it('finds the most there are, not the first that fit', () => {
    const bridge = showing('approval', 'browser 1', 'browser 2');
    const ends = [showing('device', 'browser 1'), showing('passkey', 'browser 2')];
    expect(gatesOf([bridge, ...ends])).to.have.members(ends);
  });

  it('agrees with looking at every combination', () => {
    fc.assert(
      fc.property(fc.array(arbitraryShowing, { maxLength: 9 }), (showings) => {
        const gates = gatesOf(showings);
        expect(areDifferent(gates)).to.equal(true);
        expect(showings).to.include.members([...gates]);
        expect(gates).to.have.length(bruteForce(showings));
      }),
      { numRuns: 500 },
    );
  });

  it('stays quick where many browsers are shared by many methods', () => {
    const browsers = Array.from({ length: 20 }, (_, at) => `browser ${String(at)}`);
    const shared = ['device', 'passkey', 'approval'].flatMap((method) => browsers.map((one) => showing(method, one)));
    const crowded = [...shared, showing('voice', ...browsers), ...browsers.map((one) => showing('sms', 'phone', one))];
    expect(gatesOf(crowded)).to.have.length(4);
  });
});
