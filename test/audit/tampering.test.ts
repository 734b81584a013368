import { expect } from 'chai';
import { auditBatches, auditChain, BEFORE_ALL, CHAIN, nextBatch } from '../../src/audit/batch.ts';
import { chainNext } from '../../src/audit/chaining.ts';
import { auditEvents, FRESH } from '../../src/audit/record.ts';
import { retentionJob } from '../../src/audit/retention.ts';
import { auditSigners, findSigner, loadSigner } from '../../src/audit/signer.ts';
import { DAY } from '../../src/kernel/clock.ts';
import { openSecrets } from '../../src/kernel/secrets.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { createAudit } from '../../src/audit/log.ts';
import { hostEvents } from '../../src/audit/catalogue.ts';
import { everything } from '../../src/store/query.ts';
import { onEveryEngine } from '../support/engines.ts';
import { chainedLog } from './chained-log.ts';
import type { ChainedLog } from './chained-log.ts';

const present = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('it is not there');
  return value;
};

onEveryEngine('whoever changes the audit log', (engine) => {
  let log: ChainedLog;
  const store = () => log.rooms.store;

  beforeEach(async () => {
    log = await chainedLog(engine);
    for (const reason of ['one', 'two', 'three']) {
      await log.write([{ reason: `${reason} a` }, { reason: `${reason} b`, subject: 'bert' }]);
      await log.chain();
    }
  });
  afterEach(async () => {
    await log[Symbol.asyncDispose]();
  });

  const second = async () => present((await log.stored())[2]);

  it('is told of nothing while nobody does', async () => {
    expect(await log.verify([await log.head()])).to.deep.include({
      faults: [],
      batches: 3,
      events: 6,
      heads: 1,
      waiting: { count: 0 },
    });
  });

  it('is found where an event was changed, with the batch and its time', async () => {
    await store().swap(auditEvents, { ...(await second()), result: 'failure' });
    const [fault] = (await log.verify()).faults;
    const { at } = present((await log.batches())[1]);
    expect(fault).to.deep.include({ kind: 'batch_changed', batch: 2, at });
    expect(fault?.events).to.include((await second()).id);
  });

  it('is found where a seal was exchanged for that of another event', async () => {
    const [one, , other] = await log.stored();
    await store().swap(auditEvents, { ...present(other), sealed: [{ of: 'anna', text: present(one).id }] });
    expect(await log.wrong()).to.deep.equal(['batch_changed']);
  });

  it('is found where an event was removed', async () => {
    await store().remove(auditEvents, (await second()).id);
    expect((await log.verify()).faults[0]).to.include({ kind: 'events_missing', batch: 2 });
  });

  it('is found where an event was inserted, in a batch, behind the last or outside of all', async () => {
    const event = { ...(await second()), id: `${(await second()).id}x` };
    await store().insert(auditEvents, event);
    expect((await log.verify()).faults[0]).to.include({ kind: 'events_added', batch: 2 });
    await store().remove(auditEvents, event.id);
    for (const batch of ['000000000009', 'nowhere', '000000000001x', '']) {
      await store().insert(auditEvents, { ...event, batch });
      expect(await log.wrong(), batch).to.deep.equal(['event_unchained']);
      await store().remove(auditEvents, event.id);
    }
  });

  it('is found where events changed places, within a batch or between two', async () => {
    const [first, next, other] = await log.stored();
    const moved = async (a: typeof first, b: typeof first): Promise<void> => {
      const [one, two] = [present(a), present(b)];
      await store().remove(auditEvents, one.id);
      await store().remove(auditEvents, two.id);
      await store().insert(auditEvents, { ...one, id: two.id, batch: two.batch });
      await store().insert(auditEvents, { ...two, id: one.id, batch: one.batch });
    };
    await moved(first, next);
    expect(await log.wrong()).to.deep.equal(['batch_changed']);
    await moved(next, other);
    expect((await log.verify()).faults.map(({ batch }) => batch)).to.deep.equal([1, 2]);
  });

  it('is found where a batch was removed, changed, or signed by another key', async () => {
    const batch = present((await log.batches())[1]);
    await store().remove(auditBatches, batch.id);
    expect(await log.wrong()).to.include.members(['batch_missing', 'batch_unlinked', 'event_unchained']);
    await store().insert(auditBatches, { ...batch, at: batch.at + 1 });
    expect(await log.wrong())
      .to.include('batch_changed')
      .and.include('batch_unsigned');
    await store().remove(auditBatches, batch.id);
    await store().insert(auditBatches, { ...batch, signature: present((await log.batches())[0]).signature });
    expect(await log.wrong()).to.deep.equal(['batch_unsigned']);
  });

  it('is found where the signing key was taken away', async () => {
    await store().remove(auditSigners, 'ed25519');
    expect(await log.wrong()).to.include('batch_unsigned');
  });

  it('is found where the tail was cut, though the end was set back with it only by a head from outside', async () => {
    const head = await log.head();
    const [, last, cut] = await log.batches();
    await store().remove(auditBatches, present(cut).id);
    for (const event of (await log.stored()).slice(4)) await store().remove(auditEvents, event.id);
    expect(await log.wrong()).to.deep.equal(['end_missing']);
    const { sequence, total, at, hash } = present(last);
    await store().swap(auditChain, { ...present(await store().get(auditChain, CHAIN)), sequence, total, at, hash });
    expect(await log.wrong()).to.deep.equal([]);
    expect(await log.wrong([head])).to.deep.equal(['head_cut']);
  });

  /** As somebody would who has the master key: everything made anew from the second event on. */
  const rewrite = async (): Promise<void> => {
    const events = await log.stored();
    const signer = await loadSigner(store(), log.rooms.secrets);
    let end = BEFORE_ALL;
    for (const batch of await log.batches()) {
      const own = events.filter((event) => event.batch === batch.id);
      const told = own.map(({ version: _, ...event }) =>
        event.reason === 'two a' ? { ...event, reason: 'lies' } : event,
      );
      const made = nextBatch(end, told, batch.at, signer);
      for (const [place, event] of told.entries()) {
        await store().swap(auditEvents, { ...event, version: present(own[place]).version });
      }
      await store().swap(auditBatches, { ...made, version: batch.version });
      end = { ...made, id: CHAIN };
    }
    const { sequence, total, at, hash } = end;
    await store().swap(auditChain, { ...present(await store().get(auditChain, CHAIN)), sequence, total, at, hash });
  };

  it('is found where the whole chain was written anew with our own key, by a head from outside', async () => {
    const head = await log.head();
    await rewrite();
    expect((await log.stored()).map(({ reason }) => reason)).to.include('lies');
    expect(await log.wrong()).to.deep.equal([]);
    expect((await log.verify([head])).faults).to.deep.equal([{ kind: 'head_rewritten', batch: 3, at: head.at }]);
  });

  it('is found where the whole log was begun anew, by a head from outside', async () => {
    const head = await log.head();
    await store().removeAll(auditEvents, everything);
    await store().removeAll(auditBatches, everything);
    await store().remove(auditChain, CHAIN);
    await store().remove(auditSigners, 'ed25519');
    for (let n = 0; n < 5; n += 1) {
      await log.write([{}]);
      await log.chain();
    }
    expect(await log.wrong()).to.deep.equal([]);
    expect(await log.wrong([head])).to.include('head_unsigned');
    expect((await findSigner(store(), log.rooms.secrets))?.kid).not.to.equal(head.kid);
  });

  it('is found where batches were dropped before their time, by a head from outside', async () => {
    const head = await log.head();
    log.rooms.clock.advance(2 * DAY);
    await log.write([{}]);
    await log.chain();
    await retentionJob({ ...log.rooms, keep: DAY }).run();
    expect((await log.verify([head], DAY)).faults).to.deep.equal([]);
    expect(await log.verify([], DAY)).to.include({ batches: 1, dropped: 3 });
    expect(await log.wrong([head], 3 * DAY)).to.deep.equal(['head_dropped']);
  });

  it('is found where an event was forged or changed before it was chained', async () => {
    const strange = openSecrets([{ id: 'test', bytes: Buffer.alloc(32, 8) }], Buffer.alloc(32, 9), systemRandom);
    const forger = createAudit(hostEvents, log.rooms.clock, systemRandom, strange);
    await log.rooms.commit([forger.event({ type: 'signin.success', result: 'success', subject: 'anna' })]);
    await log.write([{ reason: 'true' }]);
    const own = present((await log.stored()).find(({ reason }) => reason === 'true'));
    expect(own.batch).to.equal(FRESH);
    await store().swap(auditEvents, { ...own, reason: 'false' });
    await log.chain();
    const [fault, ...others] = (await log.verify()).faults;
    expect(others).to.deep.equal([]);
    expect(fault).to.include({ kind: 'event_foreign', batch: 4 });
    expect(fault?.events).to.have.length(2);
    expect(log.errors).to.have.length(2);
  });

  it('does not stop the chain: what comes after is chained and proved', async () => {
    await store().remove(auditEvents, (await second()).id);
    await log.write([{}]);
    log.rooms.clock.advance(DAY);
    await chainNext(log.parts);
    expect((await log.verify()).faults.map(({ batch }) => batch)).to.deep.equal([2]);
  });
});
