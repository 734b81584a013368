import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { timeOrderedIds } from '../kernel/time-ordered-id.ts';
import { defineCollection } from '../store/port.ts';
import type { Store } from '../store/port.ts';
import { everything } from '../store/query.ts';
import type { Channel, ChannelName } from './channel.ts';

/** Mail and SMS of the development profile, which leave the machine nowhere. */
export const mailbox = defineCollection({
  name: 'mailbox',
  shape: z.strictObject({
    id: z.string(),
    /** JSON of the entry, sealed: it holds live codes and links, which rest nowhere in the clear. */
    sealed: z.string(),
  }),
});

export interface MailboxEntry {
  readonly id: string;
  readonly to: string;
  readonly channel: ChannelName;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface DevelopmentMailbox {
  channel(name: ChannelName): Channel;
  /** Newest first. */
  entries(): Promise<readonly MailboxEntry[]>;
}

/** As many as are kept. */
const NEWEST = { sort: [{ path: 'id', descending: true }], limit: 200 } as const;
const purpose = (id: string): string => `mailbox ${id}`;

export const createMailbox = (store: Store, clock: Clock, random: Random, secrets: Secrets): DevelopmentMailbox => {
  const nextId = timeOrderedIds(clock, random);

  const put = async (entry: Omit<MailboxEntry, 'id'>): Promise<void> => {
    const id = nextId();
    await store.insert(mailbox, { id, sealed: secrets.seal(purpose(id), JSON.stringify(entry)) });
    const { next } = await store.find(mailbox, everything, NEWEST);
    if (next === undefined) return;
    const older = await store.find(mailbox, everything, { ...NEWEST, cursor: next });
    for (const { id: old } of older.docs) await store.remove(mailbox, old);
  };

  return {
    channel: (name) => ({
      async send({ to, subject, text, html }) {
        await put({ to, channel: name, subject, text, ...(html === undefined ? {} : { html }), at: clock.now() });
        return { outcome: 'taken' };
      },
    }),

    async entries() {
      const found = await store.find(mailbox, everything, NEWEST);
      return found.docs.map(({ id, sealed }) => {
        const entry = JSON.parse(secrets.open(purpose(id), sealed)) as Omit<MailboxEntry, 'id'>;
        return { ...entry, id };
      });
    },
  };
};
