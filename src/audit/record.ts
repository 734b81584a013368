import { z } from 'zod';
import { defineCollection } from '../store/port.ts';
import type { AuditEvent } from './event.ts';

const text = z.string().exactOptional();

/** Stands for the batch of an event that no batch has yet; sorts behind every sequence number. */
export const FRESH = 'fresh';

/** Append-only: what swaps here is the job that chains, once for each event, and what removes is retention. */
export const auditEvents = defineCollection({
  name: 'auditEvents',
  shape: z.strictObject({
    id: z.string(),
    at: z.number(),
    type: z.string(),
    result: z.enum(['success', 'failure', 'refused']),
    subject: text,
    actor: text,
    method: text,
    reason: text,
    clientId: text,
    correlation: text,
    typedNameHash: text,
    /** `FRESH`, or the sequence number of the batch that it was chained in. */
    batch: z.string(),
    /** Until it is chained: what is personal, sealed together with all the rest. */
    written: text,
    /** Once it is chained: what is personal, sealed under the key of the person whom it tells of. */
    sealed: z.array(z.strictObject({ of: text, text: z.string() })).exactOptional(),
    /** It was not written by us, or changed before it was chained. */
    foreign: z.literal(true).exactOptional(),
  }),
  indexes: {
    at: { on: ['at'] },
    subject: { on: ['subject', 'at'], sparse: true },
    type: { on: ['type', 'at'] },
    actor: { on: ['actor', 'at'], sparse: true },
    correlation: { on: ['correlation', 'at'], sparse: true },
    batch: { on: ['batch'] },
  },
});

/** An event as it lies in the store. */
export type StoredEvent = z.infer<typeof auditEvents.shape>;

/** What tells of a person rather than of an account: where from and with what, and a reason where its type says so. */
export type Personal = Pick<AuditEvent, 'address' | 'agent' | 'reason'>;

/** An event as one may look at it. */
export type AuditRecord = Omit<StoredEvent, 'written' | 'sealed'> &
  Personal & {
    /** What was personal in it can be read no more. */
    readonly erased?: true;
  };

type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json | undefined };

const sorted = (value: Json): Json => {
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, member]) => [name, member === undefined ? undefined : sorted(member)]));
};

/**
 * The bytes by which an event is chained and known: JSON without spaces, its names in the order of their code units as in
 * RFC 8785, of all that never changes. The seals are part of it, not what is in them: the chain outlives the keys.
 */
export const canonical = ({ batch: _, written: __, ...event }: StoredEvent): string => {
  const { version: ___, ...members } = event as typeof event & { readonly version?: number };
  return JSON.stringify(sorted(members));
};
