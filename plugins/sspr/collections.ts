import { z } from 'zod';
import { defineCollection } from '../../src/store/port.ts';
import type { Stored } from '../../src/store/port.ts';

/** Ways back for somebody who is locked out. */
export const recoveryNames = ['reset', 'unlock'] as const;

export type RecoveryName = (typeof recoveryNames)[number];

const challenge = z.strictObject({
  method: z.string(),
  /** The registered method that it was made for; absent where there was nobody to make it for. */
  registered: z.string().exactOptional(),
  /** Epoch milliseconds. */
  until: z.number(),
  /** What the method needs to judge the answer: hashes, never what would open the gate. */
  data: z.record(z.string(), z.union([z.string(), z.number()])),
});

const proof = z.strictObject({
  method: z.string(),
  /** Epoch milliseconds. */
  at: z.number(),
  /** Keyed hash of the browser it was made in, or brought to by the short word. */
  browser: z.string(),
  /** Which registration was proved. */
  registered: z.string(),
  /** Keyed hashes of the things that it proves somebody has: proofs of the same thing open one gate. */
  things: z.array(z.string()),
});

const factor = z.strictObject({
  /** Authentication methods (RFC 8176). */
  amr: z.array(z.string()),
  /** The level that it reaches by itself. */
  acr: z.enum(['aal1', 'aal2', 'phr']),
  /** Epoch milliseconds. */
  at: z.number(),
  /** Until when the browser is not asked again. */
  rememberUntil: z.number().exactOptional(),
});

/** A wrong answer, until the job has looked whether guessing is to be blocked. */
export const misses = defineCollection({
  name: 'ssprMisses',
  shape: z.strictObject({
    id: z.string(),
    /** Of the flow that it was given in. */
    kind: z.enum([...recoveryNames, 'second-factor']),
    method: z.string(),
    /** Epoch milliseconds. */
    at: z.number(),
    /** The typed name, sealed: people type passwords there. */
    name: z.string().exactOptional(),
    /** Absent where nobody was found by that name. */
    accountId: z.string().exactOptional(),
    /** The person signed in in this browser before. */
    known: z.boolean(),
    locale: z.string(),
    address: z.string(),
    agent: z.string(),
    correlation: z.string(),
  }),
  indexes: { at: { on: ['at'] } },
});

export type Miss = z.infer<typeof misses.shape>;

/** A way through the pages that somebody is on. */
export const flows = defineCollection({
  name: 'ssprFlows',
  shape: z.strictObject({
    id: z.string(),
    kind: z.enum([...recoveryNames, 'register', 'confirm', 'manage', 'pass', 'change', 'second-factor']),
    state: z.string(),
    /** Keyed hash of the browser that it belongs to. */
    browser: z.string(),
    /** Keyed hash of the secret half of the flow's cookie; changes with every proof. */
    key: z.string(),
    begunAt: z.number(),
    expiresAt: z.number(),
    locale: z.string(),
    address: z.string(),
    agent: z.string(),
    correlation: z.string(),
    /** The typed name, sealed: people type passwords there. */
    name: z.string().exactOptional(),
    /** Whom it is about. Before the first proof nothing that is shown may depend on it, unless `known`. */
    accountId: z.string().exactOptional(),
    /** The person's epoch when they were found: whatever raises it ends the flow. */
    epoch: z.number().exactOptional(),
    /** Ended without its browser, which proved nothing, being told: it goes on as though it were about nobody. */
    over: z.literal(true).exactOptional(),
    /** The person signed in in this browser before. */
    known: z.boolean(),
    /** Work for the job: the method that something is to be sent for. */
    work: z.enum(['send']).exactOptional(),
    wanted: z.string().exactOptional(),
    challenges: z.array(challenge),
    tries: z.record(z.string(), z.int()),
    proofs: z.array(proof),
    /** The sign-in that it began in, or the one that asks for registration. */
    signIn: z.string().exactOptional(),
    /** The flow whose mailed link was opened in this, another browser. */
    from: z.string().exactOptional(),
    /** A second factor that was proved, as the sign-in is told of it. */
    factor: factor.exactOptional(),
    /** Registration under way: which method, and what it needs to be confirmed, sealed. */
    pending: z.strictObject({ method: z.string(), data: z.string(), until: z.number() }).exactOptional(),
  }),
  indexes: { work: { on: ['work'] }, account: { on: ['accountId', 'begunAt'] } },
  expiry: 'expiresAt',
});

/**
 * The latest reset or unlock in which a person was found. Two that find them at once would not see each other, and both
 * write this.
 */
export const openings = defineCollection({
  name: 'ssprOpenings',
  shape: z.strictObject({
    /** The account's. */
    id: z.string(),
    flow: z.string(),
    expiresAt: z.number(),
  }),
  expiry: 'expiresAt',
});

export type Flow = z.infer<typeof flows.shape>;
export type StoredFlow = Stored<Flow>;
export type Challenge = z.infer<typeof challenge>;
export type GateProof = z.infer<typeof proof>;
export type Factor = z.infer<typeof factor>;

const registered = z.strictObject({
  /** Changes whenever what is registered changes, so that a challenge for the earlier contact is dead. */
  id: z.string(),
  method: z.string(),
  addedAt: z.number(),
  usedAt: z.number().exactOptional(),
  /** When mail to it was first returned for good; another one, at least a day later, makes it stale. */
  failedAt: z.number().exactOptional(),
  /** It may not reach the person any more, and they are asked about it; where it is dead it opens nothing. */
  stale: z
    .strictObject({
      at: z.number(),
      reason: z.enum(['bounced', 'refused', 'changed', 'ended', 'disowned', 'returned']),
      dead: z.boolean(),
      /** What the directory changed is seen at each look, and stored once it was written into the log. */
      noted: z.literal(true).exactOptional(),
    })
    .exactOptional(),
  /** Opened the only gate of a reset: no second factor before (epoch milliseconds). */
  aloneUntil: z.number().exactOptional(),
  /** Judged by the method's own shape. */
  data: z.record(z.string(), z.json()),
});

/** What a person has registered, and what they were asked about it. The id is the account's. */
export const registrations = defineCollection({
  name: 'ssprRegistrations',
  shape: z.strictObject({
    id: z.string(),
    methods: z.array(registered),
    /** When the person last said that all of it is still theirs. */
    confirmedAt: z.number(),
    snoozes: z.int(),
    snoozedUntil: z.number(),
    /** The latest sessions in which the person was asked to register or to confirm, as keyed hashes. */
    askedIn: z.array(z.string()),
    /** No method may be added before: a reset by one gate came first. */
    holdUntil: z.number(),
    /** The method that a sign-in asks for first; the strongest when absent. */
    preferred: z.string().exactOptional(),
  }),
});

export type Registration = z.infer<typeof registrations.shape>;
export type Registered = z.infer<typeof registered>;
