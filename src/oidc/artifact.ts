import { z } from 'zod';
import { defineCollection } from '../store/port.ts';

const text = z.string().exactOptional();

/**
 * Everything oidc-provider keeps: sessions, grants, codes, tokens, running sign-ins. The payload is opaque; what is
 * looked up stands beside it. Neither id nor payload lets its reader use the artifact: the id is a keyed hash, and the
 * payload lacks it.
 */
export const artifacts = defineCollection({
  name: 'artifacts',
  shape: z.strictObject({
    id: z.string(),
    /** Model name of oidc-provider: `Session`, `Grant`, `AccessToken`, … */
    model: z.string(),
    /** JSON, or JSON sealed where it names another secret. */
    payload: z.string(),
    /** Epoch milliseconds; later than the artifact's own end where its remains still explain something. */
    expiresAt: z.number().exactOptional(),
    consumedAt: z.number().exactOptional(),
    /** Session uid: what tokens and running sign-ins name a session by. */
    uid: text,
    userCodeHash: text,
    grantId: text,
    accountId: text,
    /** The person's epoch when they proved who they are: the artifact dies with it. */
    epoch: z.int().exactOptional(),
    /** Running sign-ins: hash of the browser that began it. */
    browser: text,
    clientId: text,
    /** Sessions: whose they are, to list them by. */
    sessionOf: text,
    /** Sessions: when their browser was here last, epoch milliseconds. */
    usedAt: z.number().exactOptional(),
  }),
  indexes: {
    uid: { on: ['uid'], sparse: true },
    userCode: { on: ['userCodeHash'], sparse: true },
    grant: { on: ['grantId'], sparse: true },
    account: { on: ['accountId', 'epoch'], sparse: true },
    session: { on: ['sessionOf', 'usedAt'], sparse: true },
  },
  expiry: 'expiresAt',
});

export type Artifact = z.infer<typeof artifacts.shape>;
