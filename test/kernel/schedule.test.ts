import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import type { Log } from '../../src/kernel/log.ts';
import { kickUnseen, startScheduler, type Job } from '../../src/kernel/schedule.ts';

const ignore = () => undefined;
const silent: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

describe('jobs', () => {
  it('have all come to rest after settling, whatever one leaves for another', async () => {
    const left = { first: 3, second: 0 };
    const second: Job = {
      name: 'second',
      every: 1,
      run() {
        left.second = 0;
        return Promise.resolve(false);
      },
    };
    const first: Job = {
      name: 'first',
      every: 1,
      run() {
        if (left.first === 0) return Promise.resolve(false);
        left.first -= 1;
        left.second += 1;
        return Promise.resolve(true);
      },
    };
    const scheduler = startScheduler([second, first], silent, false);
    await scheduler.settle();
    expect(left).to.deep.equal({ first: 0, second: 0 });
    await scheduler.stop();
  });

  it('are settled again when a round that was kicked ends while others are asked', async () => {
    const steps: string[] = [];
    let proceed: () => void = ignore;
    const slow: Job = {
      name: 'slow',
      every: 1,
      run() {
        if (steps.includes('slow')) return Promise.resolve(false);
        steps.push('slow');
        return new Promise((resolve) => {
          proceed = () => {
            steps.push('left something');
            proceed = ignore;
            resolve(false);
          };
        });
      },
    };
    const follower: Job = {
      name: 'follower',
      every: 1,
      run() {
        proceed();
        steps.push('looked');
        return Promise.resolve(false);
      },
    };
    const scheduler = startScheduler([follower, slow], silent, false);
    scheduler.kick('slow');
    await turn();
    await scheduler.settle();
    expect(steps).to.deep.equal(['slow', 'left something', 'looked', 'looked']);
    await scheduler.stop();
  });

  it('run again after they failed', async () => {
    let runs = 0;
    const job: Job = {
      name: 'failing',
      every: 1,
      run() {
        runs += 1;
        return runs === 1 ? Promise.reject(new Error('once')) : Promise.resolve(false);
      },
    };
    const scheduler = startScheduler([job], silent, false);
    await scheduler.settle();
    await scheduler.settle();
    expect(runs).to.equal(2);
    await scheduler.stop();
  });

  it('are kicked after an answer has left, and never after the same while', () => {
    const drawing = (below: (limit: number) => number) => kickUnseen({ bytes: Buffer.alloc, below }).kickAfter();
    expect(drawing(() => 0)).to.equal(50);
    expect(drawing((limit) => limit - 1)).to.equal(299);
  });
});
