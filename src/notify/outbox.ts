import { z } from 'zod';
import { DAY } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { timeOrderedIds } from '../kernel/time-ordered-id.ts';
import { change, defineCollection } from '../store/port.ts';
import { CHANNELS } from './channel.ts';
import { isDestination } from './destination.ts';
import type { Message, Notify, PushSubscribing } from './message.ts';
import { readNumber } from './phone-number.ts';
import { EVERYWHERE, isWithin } from './reach.ts';
import type { Reach } from './reach.ts';

const text = z.string().exactOptional();

/** Messages on their way, and for a while those that have arrived or been given up. */
export const outbox = defineCollection({
  name: 'outbox',
  shape: z.strictObject({
    id: z.string(),
    channel: z.enum(CHANNELS),
    to: z.string(),
    template: z.string(),
    locale: z.string(),
    /** JSON: its keys are the templates' own. */
    data: z.string(),
    /** JSON of live codes and links, sealed; gone once the message is delivered, expired or given up. */
    sealed: text,
    state: z.enum(['waiting', 'delivered', 'failed', 'expired']),
    attempts: z.int(),
    /** When the next attempt is due. */
    dueAt: z.number(),
    createdAt: z.number(),
    expiresAt: z.number().exactOptional(),
    endedAt: z.number().exactOptional(),
    /** The carrier's name for it, by which receipts tell of it. */
    reference: text,
    /** When a receipt said that it has reached the telephone. */
    arrivedAt: z.number().exactOptional(),
    /** Code of the last failed attempt. */
    cause: text,
    accountId: text,
    correlation: text,
    /** Set when it has come to an end: operators may look at it until then. */
    keepUntil: z.number().exactOptional(),
  }),
  indexes: {
    due: { on: ['channel', 'state', 'dueAt'] },
    state: { on: ['state', 'createdAt'] },
    reference: { on: ['channel', 'reference'] },
  },
  expiry: 'keepUntil',
});

export type OutboxMessage = z.infer<typeof outbox.shape>;

/** How long operators can look at what has come to an end. */
const KEPT = { delivered: 7 * DAY, expired: 7 * DAY, failed: 30 * DAY } as const;

/** The message as it rests after its end: nothing live is left in it. */
export const ended = <M extends OutboxMessage>(
  { sealed: _, ...message }: M,
  state: keyof typeof KEPT,
  now: number,
  cause?: string,
) => ({ ...message, state, endedAt: now, keepUntil: now + KEPT[state], ...(cause === undefined ? {} : { cause }) });

// The id is authenticated with the secret, so that what was sealed for one message opens in no other.
const purpose = (id: string): string => `outbox ${id}`;

export const openSecret = (secrets: Secrets, message: OutboxMessage): Readonly<Record<string, string>> =>
  message.sealed === undefined
    ? {}
    : (JSON.parse(secrets.open(purpose(message.id), message.sealed)) as Record<string, string>);

export const createNotify = (
  clock: Clock,
  random: Random,
  secrets: Secrets,
  reach: Reach = EVERYWHERE,
  push?: PushSubscribing,
): Notify => {
  const nextId = timeOrderedIds(clock, random);

  return {
    channels: reach.channels,
    ...(push && { push }),
    number: readNumber,
    reaches: (channel, to) => isWithin(reach, channel, to),

    message({ data, secret, ...rest }: Message) {
      const now = clock.now();
      const id = nextId();
      const waiting: OutboxMessage = {
        ...rest,
        id,
        data: JSON.stringify(data),
        ...(secret && { sealed: secrets.seal(purpose(id), JSON.stringify(secret)) }),
        state: 'waiting',
        attempts: 0,
        dueAt: now,
        createdAt: now,
      };
      // A bad address in somebody's record must not fail the reset that wants to tell them: it fails here, visibly.
      const sound = isDestination(rest.channel, rest.to);
      return change.insert(
        outbox,
        sound ? waiting : ended({ ...waiting, to: JSON.stringify(rest.to.toWellFormed()) }, 'failed', now, 'address'),
      );
    },
  };
};
