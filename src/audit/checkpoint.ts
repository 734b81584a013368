import { z } from 'zod';
import { defineCollection } from '../store/port.ts';
import type { Signer } from './signer.ts';

/** What retention has dropped: everything up to and with this batch. One document, signed like the batches. */
export const auditCheckpoints = defineCollection({
  name: 'auditCheckpoints',
  shape: z.strictObject({
    id: z.string(),
    /** The last batch that was dropped. */
    sequence: z.int(),
    total: z.int(),
    at: z.number(),
    hash: z.string(),
    signature: z.string(),
  }),
});

export type Checkpoint = z.infer<typeof auditCheckpoints.shape>;

export const OLDEST = 'oldest';

type Dropped = Omit<Checkpoint, 'id' | 'signature'>;

const signed = ({ sequence, total, at, hash }: Dropped, kid: string): string =>
  ['latchkey-audit-checkpoint', 1, sequence, total, at, hash, kid].join(':');

export const checkpointAt = ({ sequence, total, at, hash }: Dropped, signer: Signer): Checkpoint => {
  const dropped = { sequence, total, at, hash };
  return { id: OLDEST, ...dropped, signature: signer.sign(signed(dropped, signer.kid)) };
};

export const isSigned = (checkpoint: Checkpoint, signer: Signer): boolean =>
  signer.verifies(signed(checkpoint, signer.kid), checkpoint.signature);
