import { DAY, HOUR, MINUTE, SECOND } from '../kernel/clock.ts';
import type { Job } from '../kernel/schedule.ts';
import type { Secrets } from '../kernel/secrets.ts';
import type { Stored } from '../store/port.ts';
import { and, eq, le } from '../store/query.ts';
import { CHANNELS } from './channel.ts';
import type { Attempt, ChannelName, Channels } from './channel.ts';
import { conclude } from './conclusion.ts';
import type { ConclusionParts } from './conclusion.ts';
import { ended, openSecret, outbox } from './outbox.ts';
import type { OutboxMessage } from './outbox.ts';
import { takeEarly } from './receipts.ts';
import type { Render } from './render.ts';

export interface DeliveryParts extends ConclusionParts {
  readonly secrets: Secrets;
  readonly channels: Channels;
  readonly render: Render;
}

/** Longer than any channel takes over one message: a lease that ended early would send it twice. */
const LEASE = 3 * MINUTE;
/** Messages of one channel on their way at once. */
const AT_ONCE = 5;
const FIRST_PAUSE = 5 * SECOND;
const LONGEST_PAUSE = HOUR;
/** A message that has waited so long is given up. */
const PATIENCE = DAY;

/** The pause after so many failed attempts: codes live for minutes, so the first tries follow each other closely. */
export const pauseAfter = (attempts: number): number => Math.min(FIRST_PAUSE * 3 ** (attempts - 1), LONGEST_PAUSE);

type Claimed = Stored<OutboxMessage>;

const attempt = async ({ channels, render, secrets, log }: DeliveryParts, message: Claimed): Promise<Attempt> => {
  const { id, channel: name, template, locale, to, expiresAt } = message;
  const channel = channels[name];
  if (!channel) return { outcome: 'refused', cause: 'no channel', about: 'message' };
  try {
    const data = { ...(JSON.parse(message.data) as Record<string, string>), ...openSecret(secrets, message) };
    const rendered = render({ channel: name, name: template, locale, data });
    return await channel.send({ ...rendered, id, to, ...(expiresAt === undefined ? {} : { expiresAt }) });
  } catch (error) {
    log.error({ message: id, template, error }, 'a message could not be prepared');
    return { outcome: 'failed', cause: 'internal' };
  }
};

const after = (message: Claimed, result: Attempt, now: number): Claimed => {
  if (result.outcome === 'taken') {
    const { reference } = result;
    return { ...ended(message, 'delivered', now), ...(reference === undefined ? {} : { reference }) };
  }
  if (result.outcome === 'refused') return ended(message, 'failed', now, result.cause);
  const dueAt = now + pauseAfter(message.attempts);
  if (dueAt >= message.createdAt + PATIENCE) return ended(message, 'failed', now, result.cause);
  // Due at its expiry at the latest: that is when what is live in it must go.
  return { ...message, dueAt: Math.min(dueAt, message.expiresAt ?? dueAt), cause: result.cause };
};

const deliver = async (parts: DeliveryParts, message: Claimed): Promise<void> => {
  const { clock, store } = parts;
  if (message.expiresAt !== undefined && message.expiresAt <= clock.now()) {
    await conclude(parts, ended(message, 'expired', clock.now()));
    return;
  }
  // The event that the mail tells of must not be lost once somebody has read of it.
  await store.durable();
  const result = await attempt(parts, message);
  const next = after({ ...message, attempts: message.attempts + 1 }, result, clock.now());
  const refused = result.outcome === 'refused' && result.about === 'destination';
  // Where the lease ended and another node has the message: at least once means that it may arrive twice.
  if (await conclude(parts, next, refused)) await takeEarly(parts, next);
};

/** One job for each channel: a mail server that is slow to fail holds up no SMS. */
export const deliveryJob = (channel: ChannelName, parts: DeliveryParts): Job => ({
  name: `notify.${channel}`,
  every: 2 * SECOND,
  async run() {
    const batch: Promise<void>[] = [];
    while (batch.length < AT_ONCE) {
      const message = await parts.store.claim(outbox, {
        query: and(eq('channel', channel), eq('state', 'waiting'), le('dueAt', parts.clock.now())),
        sort: [{ path: 'dueAt' }],
        lease: LEASE,
      });
      if (!message) break;
      batch.push(deliver(parts, message));
    }
    await Promise.all(batch);
    return batch.length > 0;
  },
});

export const deliveryJobs = (parts: DeliveryParts): readonly Job[] =>
  CHANNELS.map((channel) => deliveryJob(channel, parts));
