import { z } from 'zod';
import { fold } from '../../../src/kernel/text.ts';
import { defineCollection } from '../../../src/store/port.ts';
import type { Store, Stored } from '../../../src/store/port.ts';
import { eq } from '../../../src/store/query.ts';
import { device } from '../otp/device.ts';

/** How the keys of tokens rest. */
export const TOKEN_KEY = 'sspr token key';

/** Hardware tokens that an administrator brought in. The id is the folded serial number. */
export const tokens = defineCollection({
  name: 'ssprTokens',
  shape: z.strictObject({
    id: z.string(),
    serial: z.string(),
    manufacturer: z.string().exactOptional(),
    model: z.string().exactOptional(),
    device,
    /** Epoch milliseconds. */
    importedAt: z.number(),
    /** Whose it is. The id is of this assignment: what was registered under an earlier one opens nothing. */
    assigned: z.strictObject({ id: z.string(), to: z.string(), at: z.number() }).exactOptional(),
  }),
  indexes: { owner: { on: ['assigned.to'] } },
});

export type Token = z.infer<typeof tokens.shape>;
export type StoredToken = Stored<Token>;

export const tokenId = (serial: string): string => fold(serial.trim());

/** What is assigned to somebody, in the order of serial numbers. */
export const tokensOf = async (store: Store, accountId: string): Promise<readonly StoredToken[]> =>
  (await store.find(tokens, eq('assigned.to', accountId), { sort: [{ path: 'id' }], limit: 100 })).docs;
