import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineCollection } from '../store/port.ts';
import { canonical } from './record.ts';
import type { StoredEvent } from './record.ts';
import type { Signer } from './signer.ts';

const DIGITS = 12;

/** How a batch is named: its sequence number, in an order that bytes have as well. */
export const batchId = (sequence: number): string => String(sequence).padStart(DIGITS, '0');

const links = {
  sequence: z.int(),
  /** Events up to and with this batch since the log began. */
  total: z.int(),
  /** When it was chained (epoch milliseconds). */
  at: z.number(),
  /** SHA-256 in base64url over the batch before it and all of this one. */
  hash: z.string(),
};

/** Batches of events, each chained to the one before and signed. `id` is the padded sequence number, from 1. */
export const auditBatches = defineCollection({
  name: 'auditBatches',
  shape: z.strictObject({
    id: z.string(),
    ...links,
    count: z.int(),
    previous: z.string(),
    kid: z.string(),
    signature: z.string(),
  }),
});

export type Batch = z.infer<typeof auditBatches.shape>;

/** Where the chain ends: one document, by which nodes agree who chains. */
export const auditChain = defineCollection({
  name: 'auditChain',
  shape: z.strictObject({ id: z.string(), ...links }),
});

export type ChainEnd = z.infer<typeof auditChain.shape>;

export const CHAIN = 'chain';

/** What stands for the batch before the first. */
export const BEFORE_ALL: ChainEnd = { id: CHAIN, sequence: 0, total: 0, at: 0, hash: '' };

export const hashOf = (
  { sequence, previous, total, count, at }: Omit<Batch, 'id' | 'hash' | 'kid' | 'signature'>,
  events: readonly StoredEvent[],
): string => {
  const digest = createHash('sha256');
  digest.update(`${JSON.stringify(['latchkey audit', 1, sequence, previous, total, count, at])}\n`);
  for (const event of events) digest.update(`${canonical(event)}\n`);
  return digest.digest('base64url');
};

/** What is signed, and what leaves the machine with the signature behind it. */
export const headOf = ({ sequence, total, at, hash }: Omit<ChainEnd, 'id'>, kid: string): string =>
  ['latchkey-audit-head', 1, sequence, total, at, hash, kid].join(':');

/**
 * The batch that follows.
 *
 * @param events in the order of their ids
 */
export const nextBatch = (end: ChainEnd, events: readonly StoredEvent[], at: number, signer: Signer): Batch => {
  const sequence = end.sequence + 1;
  const link = { sequence, previous: end.hash, total: end.total + events.length, count: events.length, at };
  const hash = hashOf(link, events);
  const signature = signer.sign(headOf({ ...link, hash }, signer.kid));
  return { id: batchId(sequence), ...link, hash, kid: signer.kid, signature };
};
