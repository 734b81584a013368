import { expect } from 'chai';
import { createSharedRate } from '../../plugins/scim/clients/rates.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import { createLimits } from '../../src/limits/counters.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/port.ts';
import { onEveryEngine } from '../support/engines.ts';
import { roomCollections, rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';

onEveryEngine('what a client of SCIM may ask in a minute', (engine) => {
  let r: Rooms;
  let other: Store;
  before(async () => {
    r = await rooms(undefined, undefined, engine);
    other = await openStore({ url: r.url, collections: roomCollections, migrations: [], clock: r.clock });
  });
  after(async () => {
    await other.close();
    await r[Symbol.asyncDispose]();
  });

  const twoProcesses = (name: string, cap: number) =>
    [r.store, other].map((store) =>
      createSharedRate({ limits: createLimits(store, r.clock, r.secrets), clock: r.clock }, name, cap),
    );

  /** How many of so many requests, which come to both in turn and all at once, are let through. */
  const letThrough = async (rates: ReturnType<typeof twoProcesses>, requests: number): Promise<number> => {
    const asked = Array.from({ length: requests / 2 }, () => rates.map((rate) => rate('entra')));
    return (await Promise.all(asked.flat())).filter((wait) => wait === undefined).length;
  };

  it('is counted over all processes, to the last one where it is little', async () => {
    const rates = twoProcesses('few', 30);
    expect(await letThrough(rates, 100)).to.equal(30);
    expect(await Promise.all(rates.map((rate) => rate('entra')))).to.deep.equal([60, 60]);
    expect(await rates[0]?.('okta')).to.equal(undefined);
    r.clock.advance(MINUTE);
    expect(await letThrough(rates, 100)).to.equal(30);
  });

  it('is taken from the store by the hundredth where it is much, and never comes to more', async () => {
    const rates = twoProcesses('many', 1000);
    expect(await letThrough(rates, 1200)).to.equal(1000);
    r.clock.advance(MINUTE);
    expect(await letThrough(rates, 10)).to.equal(10);
    expect(await letThrough(rates, 1200)).to.equal(990);
  });
});
