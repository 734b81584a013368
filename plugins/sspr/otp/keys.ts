import type { Secrets } from '../../../src/kernel/secrets.ts';

/** How the key of a device rests. */
export const sealKey = (secrets: Secrets, purpose: string, key: Uint8Array): string =>
  secrets.seal(purpose, Buffer.from(key).toString('base64url'));

export const openKey = (secrets: Secrets, purpose: string, sealed: string): Buffer =>
  Buffer.from(secrets.open(purpose, sealed), 'base64url');
