import { z } from 'zod';
import { defineCollection } from '../../../src/store/port.ts';

/** What a notice told of, as its reader may disown it. */
const told = {
  accountId: z.string(),
  /** Template of the notice. */
  notice: z.string(),
  /** When it happened (epoch milliseconds), and from where. */
  at: z.number(),
  address: z.string(),
  agent: z.string(),
};

/** Links in notices, by which whoever gets them may say that it was not them. */
export const disclaimers = defineCollection({
  name: 'ssprDisclaimers',
  shape: z.strictObject({
    /** Keyed hash of what the link holds. */
    id: z.string(),
    /** Id of what happened, the same in the links of all who were told of it. */
    event: z.string(),
    ...told,
    /** The contact that it was sent to, masked. */
    sentTo: z.string(),
    /** Good until then (epoch milliseconds). */
    until: z.number(),
  }),
  expiry: 'until',
});

export type Disclaimer = z.infer<typeof disclaimers.shape>;

/** What became of an account when something was disowned; `unfrozen` where it was frozen too often that day. */
export const outcomes = ['frozen', 'frozen before', 'spared', 'unfrozen'] as const;

/** Things that somebody says were not done by the owner of an account, for administrators to look into. */
export const cases = defineCollection({
  name: 'ssprCases',
  shape: z.strictObject({
    /** Of what happened: each is disowned once, whatever number of people were told. */
    id: z.string(),
    ...told,
    sentTo: z.string(),
    openedAt: z.number(),
    /** From where it was disowned. */
    openedFrom: z.string(),
    outcome: z.enum(outcomes),
    state: z.enum(['open', 'closed']),
    closedAt: z.number().exactOptional(),
    closedBy: z.string().exactOptional(),
    note: z.string().exactOptional(),
    /** Set when it is closed (epoch milliseconds). */
    keepUntil: z.number().exactOptional(),
  }),
  indexes: { state: { on: ['state', 'openedAt'] }, account: { on: ['accountId', 'openedAt'] } },
  expiry: 'keepUntil',
});

export type Case = z.infer<typeof cases.shape>;
