import { z } from 'zod';
import { defineCollection } from '../../../src/store/port.ts';
import type { Store, Stored } from '../../../src/store/port.ts';
import { eq } from '../../../src/store/query.ts';
import { recoveryNames } from '../collections.ts';

/** Browsers that may approve for somebody. Written with the registration and removed with it. */
export const phones = defineCollection({
  name: 'ssprPhones',
  shape: z.strictObject({
    id: z.string(),
    accountId: z.string(),
    /** Keyed hash of the browser that it is. */
    browser: z.string(),
    /** Where it is told of requests (channel `push`), and in which language (BCP 47). */
    push: z.strictObject({ to: z.string(), locale: z.string() }).exactOptional(),
  }),
  indexes: { browser: { on: ['browser'] }, owner: { on: ['accountId'] } },
});

/** A code that was shown to be scanned, until its time is over or the phone is registered. */
export const pairings = defineCollection({
  name: 'ssprPairings',
  shape: z.strictObject({
    /** Keyed hash of the code. */
    id: z.string(),
    accountId: z.string(),
    until: z.number(),
    /** The first that came with the code; there is no second. */
    phone: z.strictObject({ publicKey: z.string(), browser: z.string(), agent: z.string() }).exactOptional(),
  }),
  expiry: 'until',
});

/** What somebody is asked on their phone: one at a time. */
export const approvals = defineCollection({
  name: 'ssprApprovals',
  shape: z.strictObject({
    /** Keyed hash of the mark that the page of the flow carries. */
    id: z.string(),
    accountId: z.string(),
    /** What the phone signs: another for each request. */
    request: z.string(),
    /** The two digits that the page of the flow shows. */
    number: z.string(),
    /** What may take its place: a request of the same rank or of a higher one. */
    rank: z.int(),
    purpose: z.enum([...recoveryNames, 'sign-in']),
    state: z.enum(['waiting', 'approved', 'denied']),
    /** The phone that answered. */
    phone: z.string().exactOptional(),
    /** When it was asked, until when the phone may answer, and until when that counts (epoch milliseconds). */
    at: z.number(),
    until: z.number(),
    expiresAt: z.number(),
    /** Keyed hash of the browser that asks, and where it is. */
    browser: z.string(),
    address: z.string(),
    agent: z.string(),
    correlation: z.string(),
  }),
  indexes: { owner: { on: ['accountId'], unique: true } },
  expiry: 'expiresAt',
});

export type StoredPhone = Stored<z.infer<typeof phones.shape>>;
export type Pairing = z.infer<typeof pairings.shape>;
export type Approval = z.infer<typeof approvals.shape>;
export type StoredApproval = Stored<Approval>;

export const approvalOf = async (store: Store, accountId: string): Promise<StoredApproval | undefined> =>
  (await store.find(approvals, eq('accountId', accountId), { limit: 1 })).docs[0];
