import { z } from 'zod';

/** A browser that approves for somebody, as they registered it. */
export const phone = z.strictObject({
  /** Names it in the collection that finds it by its browser, and its key in the browser. */
  phone: z.string(),
  /** Whose it is. */
  owner: z.string(),
  /** SubjectPublicKeyInfo of a P-256 key in base64url; the private half cannot leave the browser. */
  publicKey: z.string(),
  name: z.string(),
  /** Keyed hash of the browser that it is. */
  browser: z.string(),
});

export type Phone = z.infer<typeof phone>;
