import { z } from 'zod';
import { defineCollection } from '../store/port.ts';

/** The password of a person whose authority is `local`; its id is the person's. */
export const localPasswords = defineCollection({
  name: 'localPasswords',
  shape: z.strictObject({
    id: z.string(),
    /** PHC string: algorithm, parameters, salt and hash. */
    hash: z.string(),
    changedAt: z.number(),
    /** Earlier hashes, newest first. */
    history: z.array(z.string()),
    /** Sign-in goes on only after a change. */
    mustChange: z.boolean().exactOptional(),
  }),
  indexes: { changed: { on: ['changedAt'] } },
});

export type LocalPassword = z.infer<typeof localPasswords.shape>;
