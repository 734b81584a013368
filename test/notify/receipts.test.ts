import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { calls, createCalls } from '../../src/notify/calls.ts';
import type { Refusal } from '../../src/notify/conclusion.ts';
import { deliveryJob } from '../../src/notify/delivery.ts';
import { createNotify, outbox } from '../../src/notify/outbox.ts';
import { createReceipts, earlyReceipts } from '../../src/notify/receipts.ts';
import { everything } from '../../src/store/query.ts';
import { onEveryEngine } from '../support/engines.ts';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';
import { plainly, silent } from './courier.ts';

onEveryEngine('receipts and calls under many hands', (engine) => {
  let r: Rooms;
  let refusals: Refusal[];
  beforeEach(async () => {
    r = await rooms(undefined, [], engine);
    refusals = [];
  });
  afterEach(async () => {
    await r[Symbol.asyncDispose]();
  });

  const conclusion = () => ({
    ...r,
    log: silent,
    undeliverable: (refusal: Refusal) => {
      refusals.push(refusal);
      return Promise.resolve([]);
    },
  });
  const deliver = async (reference: string, meanwhile: () => Promise<void>): Promise<void> => {
    const message = { channel: 'sms', to: '+491701234567', template: 'x/y', locale: 'en', data: {} } as const;
    await r.commit([createNotify(r.clock, systemRandom, r.secrets).message(message)]);
    const sms = {
      send: async () => {
        await meanwhile();
        return { outcome: 'taken', reference } as const;
      },
    };
    await deliveryJob('sms', { ...conclusion(), channels: { sms }, render: plainly }).run();
  };

  it('a receipt finds its message whether it comes before, with or after its name, and counts once', async () => {
    const receipts = createReceipts(conclusion());
    const verdict = { outcome: 'refused', cause: 'UNDELIV' } as const;
    for (let n = 0; n < 8; n += 1) {
      const reference = `id-${n}`;
      const told: Promise<void>[] = [];
      const tell = (): void => void told.push(receipts.named('sms', reference, verdict));
      await deliver(reference, async () => {
        tell();
        if (n % 2 === 0) await told[0];
        setImmediate(tell);
      });
      tell();
      await Promise.all(told);
    }
    const { docs } = await r.store.find(outbox, everything);
    expect(docs.map(({ state }) => state)).to.deep.equal(Array(8).fill('failed'));
    const events = (await r.events()).map(({ type }) => type);
    expect(events).to.deep.equal(Array(8).fill('message.refused'));
  });

  it('a receipt of nobody is kept for a day at most', async () => {
    await createReceipts(conclusion()).named('sms', 'nobody', { outcome: 'arrived', cause: 'DELIVRD' });
    await createReceipts(conclusion()).named('sms', 'nobody', { outcome: 'refused', cause: 'UNDELIV' });
    expect((await r.store.find(earlyReceipts, everything)).docs).to.have.length(1);
    r.clock.advance(24 * 60 * MINUTE);
    expect((await r.store.find(earlyReceipts, everything)).docs).to.deep.equal([]);
  });

  it('of fifty who ask at once what a call says one is told', async () => {
    const keeper = createCalls(r.store, r.clock, systemRandom, r.secrets);
    const speech = { language: 'en-US', say: ['4', '0'] };
    const token = await keeper.prepare('message', speech, r.clock.now() + MINUTE);
    const [kept] = (await r.store.find(calls, everything)).docs;
    expect(JSON.stringify(kept)).not.to.include(token).and.not.include('"4"');
    const answers = await Promise.all(Array.from({ length: 50 }, () => keeper.answer(token)));
    expect(answers.filter((answer) => answer !== undefined)).to.deep.equal([speech]);
  });

  it('what a call would have said is gone with its time, and with its message', async () => {
    const keeper = createCalls(r.store, r.clock, systemRandom, r.secrets);
    const speech = { language: 'en-US', say: ['4'] };
    const late = await keeper.prepare('late', speech, r.clock.now() + MINUTE);
    const ended = await keeper.prepare('ended', speech, r.clock.now() + MINUTE);
    await keeper.forget('ended');
    expect(await keeper.answer(ended)).to.equal(undefined);
    r.clock.advance(MINUTE);
    expect(await keeper.answer(late)).to.equal(undefined);
    expect(await keeper.answer('')).to.equal(undefined);
  });
});
