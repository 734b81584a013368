import { expect } from 'chai';
import { auditCheckpoints, OLDEST } from '../../src/audit/checkpoint.ts';
import { retentionJob } from '../../src/audit/retention.ts';
import { verifyAudit } from '../../src/audit/verify.ts';
import { DAY } from '../../src/kernel/clock.ts';
import { onEveryEngine } from '../support/engines.ts';
import { chainedLog } from './chained-log.ts';
import type { ChainedLog } from './chained-log.ts';

onEveryEngine('the audit log with a time for which it is kept', (engine) => {
  let log: ChainedLog;
  beforeEach(async () => {
    log = await chainedLog(engine);
    for (let day = 0; day < 5; day += 1) {
      await log.write([{ reason: `day ${String(day)}` }, {}]);
      await log.chain();
      log.rooms.clock.advance(DAY);
    }
  });
  afterEach(async () => {
    await log[Symbol.asyncDispose]();
  });

  const retain = async (days: number): Promise<void> => {
    while (await retentionJob({ ...log.rooms, keep: days * DAY }).run());
  };
  const left = async () => (await log.stored()).flatMap(({ reason }) => reason ?? []);

  it('drops whole batches at the old end, and what is left goes on being proved and added to', async () => {
    const head = await log.head();
    await retain(2);
    expect(await left()).to.deep.equal(['day 4']);
    expect(await log.verify([head], 2 * DAY)).to.deep.include({ faults: [], batches: 1, events: 2, dropped: 4 });
    await log.write([{ reason: 'later' }]);
    await log.chain();
    expect(await log.wrong([head], 2 * DAY)).to.deep.equal([]);
    log.rooms.clock.advance(9 * DAY);
    await retain(2);
    expect(await left()).to.deep.equal([]);
    expect(await log.verify([], 2 * DAY)).to.deep.include({ faults: [], batches: 0, dropped: 6 });
    await log.write([{}]);
    await log.chain();
    expect(await log.verify([], 2 * DAY)).to.deep.include({ faults: [], batches: 1 });
  });

  it('is kept for ever where that is asked for', async () => {
    log.rooms.clock.advance(9000 * DAY);
    await retain(0);
    expect(await left()).to.have.length(5);
  });

  it('has events swept away that a process left behind which died while it dropped them', async () => {
    const { store } = log.rooms;
    const dying = { ...store, removeAll: () => Promise.reject(new Error('the process died')) };
    await retentionJob({ ...log.rooms, store: dying, keep: 2 * DAY })
      .run()
      .catch(() => undefined);
    expect(await left()).to.have.length(5);
    expect(await log.wrong([], 2 * DAY)).to.deep.equal([]);
    await retain(2);
    expect(await left()).to.deep.equal(['day 4']);
  });

  it('is not suspected for what is dropped while it is verified', async () => {
    const { store } = log.rooms;
    let dropped = false;
    const meanwhile = {
      ...store,
      // The first look at the events comes after the first at what was dropped.
      find: async (...args: Parameters<typeof store.find>) => {
        if (!dropped && args[0].name === 'auditEvents') {
          dropped = true;
          await retain(2);
        }
        return store.find(...args);
      },
    } as typeof store;
    const found = await verifyAudit({ ...log.rooms, store: meanwhile, keep: 2 * DAY });
    expect(found).to.deep.include({ faults: [], batches: 1, dropped: 4 });
  });

  it('shows where somebody without our key said that more was dropped', async () => {
    await retain(2);
    const { store } = log.rooms;
    const checkpoint = await store.get(auditCheckpoints, OLDEST);
    if (!checkpoint) throw new Error('nothing was dropped');
    await store.swap(auditCheckpoints, { ...checkpoint, at: checkpoint.at + 1 });
    expect(await log.wrong([], 2 * DAY)).to.deep.equal(['checkpoint_unsigned']);
  });
});
