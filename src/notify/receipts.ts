import { z } from 'zod';
import { DAY } from '../kernel/clock.ts';
import { Conflict, defineCollection } from '../store/port.ts';
import type { Stored } from '../store/port.ts';
import { and, eq } from '../store/query.ts';
import type { ChannelName } from './channel.ts';
import { conclude } from './conclusion.ts';
import type { ConclusionParts } from './conclusion.ts';
import { ended, outbox } from './outbox.ts';
import type { OutboxMessage } from './outbox.ts';

/**
 * What a carrier tells of a message after it has taken it.
 * - `arrived`: on the telephone
 * - `refused`: never will, and nothing else will reach that destination
 * - `failed`: it did not arrive; another one may
 */
export interface Verdict {
  readonly outcome: 'arrived' | 'refused' | 'failed';
  /** Code for operators, such as `30005`. */
  readonly cause: string;
}

/** Receipts that came before the message was known by the carrier's name for it. */
export const earlyReceipts = defineCollection({
  name: 'earlyReceipts',
  shape: z.strictObject({
    id: z.string(),
    outcome: z.enum(['arrived', 'refused', 'failed']),
    cause: z.string(),
    keepUntil: z.number(),
  }),
  expiry: 'keepUntil',
});

export interface Receipts {
  /** By our own id of the message; false where there is no such message. */
  about(channel: ChannelName, id: string, verdict: Verdict): Promise<boolean>;
  /** By the carrier's name for it, which may be known to us a moment later only. */
  named(channel: ChannelName, reference: string, verdict: Verdict): Promise<void>;
}

const earlyId = (channel: ChannelName, reference: string): string => `${channel}.${reference}`;

const judged = (message: Stored<OutboxMessage>, { outcome, cause }: Verdict, now: number) => {
  // The first word counts: what has arrived was not refused, and what was given up stays so.
  if (message.arrivedAt !== undefined || (message.state !== 'waiting' && message.state !== 'delivered'))
    return undefined;
  if (outcome === 'arrived') return { ...ended(message, 'delivered', now), arrivedAt: now };
  // It is tried again as it is, maybe after an attempt that we took for failed.
  if (outcome === 'failed' && message.state === 'waiting') return undefined;
  return ended(message, 'failed', now, cause);
};

const apply = async (parts: ConclusionParts, found: Stored<OutboxMessage>, verdict: Verdict): Promise<void> => {
  let message: Stored<OutboxMessage> | undefined = found;
  while (message) {
    const next = judged(message, verdict, parts.clock.now());
    if (!next || (await conclude(parts, next, verdict.outcome === 'refused'))) return;
    message = await parts.store.get(outbox, found.id);
  }
};

/** Takes in what was early, once the message is known by that name. */
export const takeEarly = async (parts: ConclusionParts, message: OutboxMessage): Promise<void> => {
  if (message.reference === undefined) return;
  const early = await parts.store.take(earlyReceipts, earlyId(message.channel, message.reference));
  const known = early && (await parts.store.get(outbox, message.id));
  if (known) await apply(parts, known, early);
};

export const createReceipts = (parts: ConclusionParts): Receipts => {
  const { store, clock } = parts;

  const find = async (channel: ChannelName, reference: string) => {
    const query = and(eq('channel', channel), eq('reference', reference));
    return (await store.find(outbox, query, { limit: 1 })).docs[0];
  };

  const keep = async (id: string, { outcome, cause }: Verdict): Promise<void> => {
    try {
      await store.insert(earlyReceipts, { id, outcome, cause, keepUntil: clock.now() + DAY });
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  };

  return {
    async about(channel, id, verdict) {
      const message = await store.get(outbox, id);
      if (message?.channel !== channel) return false;
      await apply(parts, message, verdict);
      return true;
    },

    async named(channel, reference, verdict) {
      const known = await find(channel, reference);
      if (known) {
        await apply(parts, known, verdict);
        return;
      }
      // Kept before looking again: whoever stores the name looks for what was kept after it.
      await keep(earlyId(channel, reference), verdict);
      const message = await find(channel, reference);
      if (message) await takeEarly(parts, message);
    },
  };
};
