import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.ts';
import { createLimits } from '../../src/limits/counters.ts';
import type { Limits } from '../../src/limits/limit.ts';
import { openStore } from '../../src/store/open.ts';
import { Conflict } from '../../src/store/port.ts';
import { rejection } from '../support/store.ts';
import { roomCollections, rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';

const SENDS = { name: 'sends', cap: 5, window: 10 * MINUTE };

describe('limits', () => {
  let r: Rooms;
  let limits: Limits;
  beforeEach(async () => {
    r = await rooms();
    limits = createLimits(r.store, r.clock, r.secrets);
  });
  afterEach(async () => {
    await r[Symbol.asyncDispose]();
  });

  const spend = async (times: number, key = 'anna'): Promise<number> => {
    const told = await Promise.all(Array.from({ length: times }, () => limits.spend(SENDS, key)));
    return told.filter(Boolean).length;
  };

  it('let exactly the cap through, of any number at once', async () => {
    expect(await spend(50)).to.equal(5);
    expect(await spend(1)).to.equal(0);
  });

  it('hold over several openings of the store', async () => {
    const { url } = r;
    const second = await openStore({ url, collections: roomCollections, migrations: [], clock: r.clock });
    const elsewhere = createLimits(second, r.clock, r.secrets);
    const told = await Promise.all(
      Array.from({ length: 40 }, (_, n) => (n % 2 ? limits : elsewhere).spend(SENDS, 'anna')),
    );
    await second.close();
    expect(told.filter(Boolean)).to.have.length(5);
  });

  it('begin anew when the window ends, counted from the first', async () => {
    await spend(1);
    r.clock.advance(9 * MINUTE);
    expect(await spend(10)).to.equal(4);
    r.clock.advance(MINUTE - 1);
    expect(await spend(1)).to.equal(0);
    r.clock.advance(1);
    expect(await limits.spent(SENDS, 'anna')).to.deep.equal({ count: 0 });
    expect(await spend(10)).to.equal(5);
  });

  it('count each key and each limit apart', async () => {
    await spend(5);
    expect(await spend(1, 'berta')).to.equal(1);
    expect(await limits.spend({ ...SENDS, name: 'proofs' }, 'anna')).to.equal(true);
  });

  it('tell what was spent and until when', async () => {
    const until = r.clock.now() + 10 * MINUTE;
    await spend(2);
    expect(await limits.spent(SENDS, 'anna')).to.deep.equal({ count: 2, until });
  });

  it('stop the commit that they are part of', async () => {
    await spend(5);
    const error = await rejection(r.commit([limits.clearing(SENDS, 'berta'), limits.spending(SENDS, 'anna')]));
    expect(error).to.be.instanceOf(Conflict).and.include({ reason: 'capped', position: 1 });
  });

  it('are cleared and given back as part of a commit', async () => {
    await spend(5);
    await r.commit([limits.returning(SENDS, 'anna')]);
    expect(await limits.spent(SENDS, 'anna')).to.include({ count: 4 });
    await r.commit([limits.clearing(SENDS, 'anna')]);
    expect(await spend(6)).to.equal(5);
  });

  it('gain nothing from what is given back after the window', async () => {
    await spend(1);
    await r.commit([limits.returning(SENDS, 'anna')]);
    r.clock.advance(11 * MINUTE);
    await r.commit([limits.returning(SENDS, 'anna')]);
    expect(await limits.spent(SENDS, 'anna')).to.include({ count: 0 });
    expect(await spend(10)).to.equal(5);
  });

  it('do not keep the names that they count', async () => {
    await limits.spend(SENDS, 'someone.recognisable');
    await r.store.durable();
    const files = await readdir(r.folder);
    for (const file of files) {
      expect((await readFile(join(r.folder, file))).includes('recognisable'), file).to.equal(false);
    }
  });
});
