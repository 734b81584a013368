import { expect } from 'chai';
import { DAY } from '../../src/kernel/clock.ts';
import { testClock } from './clock.ts';

describe('the clock of the tests', () => {
  it('drives the kernel clock and the Date of the process from one value', () => {
    using clock = testClock(Date.UTC(2030, 0, 1));
    clock.install();
    clock.advance(181 * DAY);
    expect(Date.now()).to.equal(clock.now());
    expect(new Date().getTime()).to.equal(clock.now());
    expect(new Date().toISOString()).to.equal('2030-07-01T00:00:00.000Z');
    expect(Date()).to.equal(new Date(clock.now()).toString());
  });

  it('leaves dates that are spelled out alone', () => {
    using clock = testClock();
    clock.install();
    const date = new Date('2026-11-22T12:00:00Z');
    expect(date).to.be.instanceOf(Date);
    expect(structuredClone(date)).to.deep.equal(date);
    expect(Date.UTC(2026, 10, 22, 12)).to.equal(date.getTime());
  });

  it('gives the process its own Date back', () => {
    const real = Date;
    {
      using clock = testClock();
      clock.install();
      expect(Date).not.to.equal(real);
    }
    expect(Date).to.equal(real);
  });

  it('keeps timers on real time', async () => {
    using clock = testClock();
    clock.install();
    await new Promise((resolve) => setTimeout(resolve, 1));
  });

  it('refuses to go back', () => {
    using clock = testClock();
    expect(() => {
      clock.advance(-1);
    }).to.throw(RangeError);
  });
});
