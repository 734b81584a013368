import { z } from 'zod';
import { DAY, MINUTE, SECOND } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Job } from '../kernel/schedule.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { Conflict, defineCollection } from '../store/port.ts';
import type { Store } from '../store/port.ts';
import { everything } from '../store/query.ts';
import { failureIn } from './delivery-report.ts';
import { outbox } from './outbox.ts';
import type { Receipts } from './receipts.ts';
import { namedBy } from './return-address.ts';

/** Mails that came back for good, until the job has concluded the messages that they were. */
export const bounces = defineCollection({
  name: 'bounces',
  shape: z.strictObject({
    /** The message's. */
    id: z.string(),
    /** RFC 3463, such as `5.1.1`. */
    status: z.string(),
    keepUntil: z.number(),
  }),
  expiry: 'keepUntil',
});

/**
 * What became of something that was delivered to a return address.
 * - `taken`: it will count
 * - `forged`: the address is none that we gave out
 * - `expired`: we know nothing of that message any more, or it had come to its end before
 * - `other`: no report of a failure for good
 */
export type Intake = 'taken' | 'forged' | 'expired' | 'other';

export interface Bounces {
  /** Whether an address is one that we gave out; counted in the log where it is not. */
  isOurs(address: string): boolean;
  /** Takes in what was delivered to an address. Resolves once it is stored. Throws `busy`, `unavailable`. */
  take(address: string, mail: string): Promise<Intake>;
}

export interface BounceParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly log: Log;
  /** Where bounces arrive: each message has an address made from it. */
  readonly address: string;
}

/** Longer than a store that is away needs to come back. */
const KEPT = 7 * DAY;

const isPowerOfTwo = (count: number): boolean => (count & (count - 1)) === 0;

/** Tells how many were ignored, ever more rarely: whoever sends rubbish is not to fill the log. */
const ignoring = (log: Log): ((why: Exclude<Intake, 'taken'>) => void) => {
  const counts = { forged: 0, expired: 0, other: 0 };
  return (why) => {
    counts[why] += 1;
    if (isPowerOfTwo(counts[why])) log.warn({ why, count: counts[why] }, 'mail to a return address was ignored');
  };
};

/** Where mail that could not be delivered comes back. What it says of a contact is left to a job of the server. */
export const createBounces = ({ store, clock, secrets, log, address: base }: BounceParts): Bounces => {
  const ignore = ignoring(log);

  const intake = async (address: string, mail: string): Promise<Intake> => {
    const id = namedBy(secrets, base, address);
    if (id === undefined) return 'forged';
    const status = failureIn(mail);
    if (status === undefined) return 'other';
    const message = await store.get(outbox, id);
    // What failed already is no news: a bounce counts once, however often it is sent.
    if (message?.state !== 'waiting' && message?.state !== 'delivered') return 'expired';
    try {
      await store.insert(bounces, { id, status, keepUntil: clock.now() + KEPT });
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
    await store.durable();
    return 'taken';
  };

  return {
    isOurs(address) {
      const ours = namedBy(secrets, base, address) !== undefined;
      if (!ours) ignore('forged');
      return ours;
    },
    async take(address, mail) {
      const result = await intake(address, mail);
      if (result !== 'taken') ignore(result);
      return result;
    },
  };
};

const LEASE = MINUTE;

/** Concludes the messages that came back, as though the first mail server had refused them. */
export const bounceJob = (store: Store, receipts: Receipts): Job => ({
  name: 'notify.bounces',
  every: 5 * SECOND,
  async run() {
    const bounce = await store.claim(bounces, { query: everything, lease: LEASE });
    if (!bounce) return false;
    await receipts.about('mail', bounce.id, { outcome: 'refused', cause: bounce.status });
    await store.remove(bounces, bounce.id);
    return true;
  },
});
