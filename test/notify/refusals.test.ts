import { expect } from 'chai';
import { z } from 'zod';
import { MINUTE } from '../../src/kernel/clock.ts';
import type { Log } from '../../src/kernel/log.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import type { Channel } from '../../src/notify/channel.ts';
import type { Undeliverable } from '../../src/notify/conclusion.ts';
import { deliveryJob } from '../../src/notify/delivery.ts';
import { createNotify, outbox } from '../../src/notify/outbox.ts';
import { change, defineCollection } from '../../src/store/port.ts';
import { everything } from '../../src/store/query.ts';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';
import { plainly, silent } from './courier.ts';

/** Stands for what a plugin has registered for somebody. */
const contacts = defineCollection({
  name: 'contacts',
  shape: z.strictObject({ id: z.string(), to: z.string(), stale: z.boolean() }),
});

const NUMBER = '+491701234567';

describe('a destination that was refused for good', () => {
  let r: Rooms;
  let sent: number;
  beforeEach(async () => {
    r = await rooms(undefined, [contacts]);
    sent = 0;
    await r.store.insert(contacts, { id: 'anna', to: NUMBER, stale: false });
    const message = { channel: 'sms', to: NUMBER, template: 'x/y', locale: 'en', data: {}, accountId: 'anna' } as const;
    await r.commit([createNotify(r.clock, systemRandom, r.secrets).message(message)]);
  });
  afterEach(async () => {
    await r[Symbol.asyncDispose]();
  });

  const refusing: Channel = {
    send() {
      sent += 1;
      return Promise.resolve({ outcome: 'refused', cause: '30005', about: 'destination' });
    },
  };
  const deliver = async (undeliverable: Undeliverable, channel = refusing, log: Log = silent): Promise<void> => {
    const parts = { ...r, channels: { sms: channel }, render: plainly, log, undeliverable };
    await deliveryJob('sms', parts).run();
  };
  const contact = async () => {
    const found = await r.store.get(contacts, 'anna');
    if (!found) throw new Error('the contact is gone');
    return found;
  };
  const state = async () => (await r.store.find(outbox, everything)).docs[0]?.state;
  const makeStale: Undeliverable = async () => [change.swap(contacts, { ...(await contact()), stale: true })];

  it('changes what others keep in the commit that ends the message', async () => {
    const commits: number[] = [];
    const { commit } = r.store;
    r.store.commit = (changes) => {
      commits.push(changes.length);
      return commit(changes);
    };
    await deliver(makeStale);
    expect(await contact()).to.include({ stale: true });
    expect(await state()).to.equal('failed');
    expect(commits, 'message, event and contact').to.deep.equal([3]);
  });

  it('is told of again where the contact changed meanwhile, and the message is not sent again', async () => {
    let asked = 0;
    await deliver(async (refusal) => {
      asked += 1;
      const changes = await makeStale(refusal);
      if (asked === 1) await r.store.swap(contacts, { ...(await contact()), to: '+491709999999' });
      return changes;
    });
    expect(asked).to.equal(2);
    expect(await contact()).to.include({ stale: true, to: '+491709999999' });
    expect([sent, await state()]).to.deep.equal([1, 'failed']);
  });

  it('ends its message even where nobody can take it in', async () => {
    const errors: string[] = [];
    const log: Log = { ...silent, error: (_, message) => void errors.push(message) };
    await deliver(() => Promise.reject(new Error('a plugin is broken')), refusing, log);
    expect(errors).to.deep.equal(['a refused destination could not be told of']);
    expect([sent, await state()]).to.deep.equal([1, 'failed']);
  });

  it('ends its message even where what others keep never stays as they read it', async () => {
    await deliver(async (refusal) => {
      const changes = await makeStale(refusal);
      await r.store.swap(contacts, await contact());
      return changes;
    });
    expect([sent, await state()]).to.deep.equal([1, 'failed']);
    expect(await contact()).to.include({ stale: false });
  });

  it('is not told of where another node has the message', async () => {
    await deliver(makeStale, {
      async send(outgoing) {
        r.clock.advance(3 * MINUTE);
        await r.store.claim(outbox, { query: everything, lease: MINUTE });
        return refusing.send(outgoing);
      },
    });
    expect(await contact()).to.include({ stale: false });
    expect(await state()).to.equal('waiting');
    expect(await r.events()).to.deep.equal([]);
  });
});
