import { z } from 'zod';
import { defineCollection } from '../../../src/store/port.ts';

/** How far the look for passwords that are to expire has come, one for each age and number of days ahead. */
export const expiryLooks = defineCollection({
  name: 'ssprExpiryLooks',
  shape: z.strictObject({
    id: z.string(),
    /** Those that were set until then have been looked at (epoch milliseconds). */
    upTo: z.number(),
  }),
});

/** That somebody was reminded of one password, so many days ahead: each once, whatever dies in between. */
export const expiryReminders = defineCollection({
  name: 'ssprExpiryReminders',
  shape: z.strictObject({ id: z.string(), expiresAt: z.number() }),
  expiry: 'expiresAt',
});
