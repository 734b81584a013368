import { expect } from 'chai';
import { MINUTE, SECOND } from '../../src/kernel/clock.ts';
import type { Log } from '../../src/kernel/log.ts';
import type { Job } from '../../src/kernel/schedule.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import type { Channel, ChannelName } from '../../src/notify/channel.ts';
import type { Refusal } from '../../src/notify/conclusion.ts';
import { deliveryJob } from '../../src/notify/delivery.ts';
import type { Message } from '../../src/notify/message.ts';
import { createNotify, outbox } from '../../src/notify/outbox.ts';
import { everything } from '../../src/store/query.ts';
import { rooms } from '../support/rooms.ts';
import type { Rooms } from '../support/rooms.ts';

/** How the other side behaves from now on. */
export type Behaviour =
  /** Takes everything. */
  | 'well'
  /** Asks to come back later. */
  | 'later'
  /** Says that the destination is none, in words that quote the message. */
  | 'gone'
  /** Takes a message and never answers. */
  | 'silent'
  /** Answers with what no such server says. */
  | 'garbled';

export interface ChannelFixture extends AsyncDisposable {
  readonly channel: Channel;
  readonly to: string;
  /** What a person has got: each with where it went and what can be read or heard of it, oldest first. */
  received(): Promise<readonly { readonly to: string; readonly text: string }[]>;
  /** Absent where there is no other side. */
  readonly behave?: (behaviour: Behaviour) => void;
  /** Shuts the other side, and starts it again at the same place. */
  readonly shut?: () => PromiseLike<void>;
  readonly reopen?: () => PromiseLike<void>;
}

const CODE = '407182';

/** What an answer may take: for ever, but where one is waited for that never comes. */
const PATIENCE = { endless: 60 * SECOND, short: SECOND };

/**
 * @param patience milliseconds that an answer of the other side may take
 */
export type OpenChannel = (r: Rooms, patience: number) => Promise<ChannelFixture>;

/** What every way to people has to keep, whatever it is made of. */
export const channelContract = (
  title: string,
  name: ChannelName,
  open: OpenChannel,
  options: { readonly otherSide: boolean },
): void => {
  describe(`the contract of a channel: ${title}`, () => {
    let r: Rooms;
    let fixture: ChannelFixture;
    let job: Job;
    let refusals: Refusal[];
    let lines: string[];

    beforeEach(async () => {
      r = await rooms();
      await begin(PATIENCE.endless);
    });
    afterEach(async () => {
      await fixture[Symbol.asyncDispose]();
      await r[Symbol.asyncDispose]();
    });

    const begin = async (patience: number): Promise<void> => {
      fixture = await open(r, patience);
      refusals = [];
      lines = [];
      const write = (facts: Record<string, unknown>, message: string): void => {
        lines.push(message, JSON.stringify({ ...facts, error: String(facts['error']) }));
      };
      const log: Log = { debug: write, info: write, warn: write, error: write };
      job = deliveryJob(name, {
        ...r,
        channels: { [name]: fixture.channel },
        render: ({ data, locale }) => ({ subject: 'A code', text: String(data['text']), locale }),
        log,
        undeliverable: (refusal) => {
          refusals.push(refusal);
          return Promise.resolve([]);
        },
      });
    };

    const post = async (message: Partial<Message> = {}): Promise<void> => {
      const whole: Message = {
        channel: name,
        to: fixture.to,
        template: 'sspr/code',
        locale: 'de',
        data: {},
        secret: { text: `Größe €5: ${CODE}` },
        accountId: 'anna-id',
        ...message,
      };
      await r.commit([createNotify(r.clock, systemRandom, r.secrets).message(whole)]);
    };
    const only = async () => {
      const { docs } = await r.store.find(outbox, everything);
      const [message] = docs;
      if (!message || docs.length > 1) throw new Error('there is not one message');
      return message;
    };

    it('brings each text whole to the one it is for, once, and keeps nothing live of it', async () => {
      for (const text of [`Größe €5: ${CODE}`, `Zażółć gęślą jaźń ${CODE}`, `確認コード ${CODE}`]) {
        await post({ secret: { text } });
        await job.run();
        await job.run();
        const received = await fixture.received();
        expect(received.at(-1)?.text).to.include(text);
        expect(received.at(-1)?.to).to.equal(fixture.to);
      }
      expect(await fixture.received()).to.have.length(3);
      const { docs } = await r.store.find(outbox, everything);
      for (const message of docs) {
        expect(message).to.include({ state: 'delivered', attempts: 1 }).and.not.have.property('sealed');
      }
      expect(lines).to.deep.equal([]);
    });

    it('is not asked to send what has expired', async () => {
      await post({ expiresAt: r.clock.now() + 5 * MINUTE });
      r.clock.advance(5 * MINUTE);
      await job.run();
      expect(await fixture.received()).to.deep.equal([]);
      expect(await only())
        .to.include({ state: 'expired' })
        .and.not.have.property('sealed');
    });

    if (!options.otherSide) return;

    const behave = (behaviour: Behaviour): void => {
      if (!fixture.behave) throw new Error('there is no other side');
      fixture.behave(behaviour);
    };
    const isSilentAbout = async (secrets: readonly string[]): Promise<void> => {
      const told = [...lines, JSON.stringify(await r.events()), JSON.stringify({ ...(await only()), to: '' })];
      for (const each of secrets) expect(told.join('\n')).not.to.include(each);
    };

    it('comes back later where it is asked to, and then brings it', async () => {
      behave('later');
      await post();
      await job.run();
      expect(await only()).to.include({ state: 'waiting', attempts: 1 });
      behave('well');
      r.clock.advance(5 * SECOND);
      await job.run();
      expect(await only()).to.include({ state: 'delivered', attempts: 2 });
      expect((await fixture.received()).at(-1)?.text).to.include(CODE);
    });

    it('gives up what is refused for good, tells whoever is interested, and repeats no word of it', async () => {
      behave('gone');
      await post();
      await job.run();
      const message = await only();
      expect(message).to.include({ state: 'failed', attempts: 1 }).and.not.have.property('sealed');
      const reason = message.cause ?? '';
      const { createdAt: sentAt } = message;
      const refusal = { channel: name, to: fixture.to, accountId: 'anna-id', sentAt, at: r.clock.now(), reason };
      expect(refusals).to.deep.equal([refusal]);
      const [event] = await r.events();
      expect(event).to.include({ type: 'message.refused', result: 'refused', subject: 'anna-id', method: name });
      await isSilentAbout([CODE, fixture.to]);
    });

    it('waits while nobody is there, and brings it once somebody is', async () => {
      await fixture.shut?.();
      await post();
      await job.run();
      expect(await only()).to.include({ state: 'waiting', attempts: 1, cause: 'ECONNREFUSED' });
      await isSilentAbout([CODE, fixture.to]);
      await fixture.reopen?.();
      r.clock.advance(5 * SECOND);
      await job.run();
      expect(await only()).to.include({ state: 'delivered', attempts: 2 });
    });

    for (const behaviour of ['silent', 'garbled'] as const) {
      it(`loses nothing to a server that is ${behaviour}, and tries again`, async () => {
        if (behaviour === 'silent') {
          await fixture[Symbol.asyncDispose]();
          await begin(PATIENCE.short);
        }
        behave(behaviour);
        await post();
        await job.run();
        expect(await only()).to.include({ state: 'waiting', attempts: 1 });
        await isSilentAbout([CODE, fixture.to]);
        expect(refusals).to.deep.equal([]);
        behave('well');
        r.clock.advance(5 * SECOND);
        await job.run();
        expect(await only()).to.include({ state: 'delivered', attempts: 2 });
      });
    }
  });
};
