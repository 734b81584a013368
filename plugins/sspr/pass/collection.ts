import { z } from 'zod';
import { defineCollection } from '../../../src/store/port.ts';

/** Passes that open the pages of registration, found by what is typed: a wrong one looks nobody up. */
export const passes = defineCollection({
  name: 'ssprPasses',
  shape: z.strictObject({
    /** Keyed hash of the pass. */
    id: z.string(),
    accountId: z.string(),
    /** Epoch milliseconds. */
    until: z.number(),
  }),
  expiry: 'until',
});
