import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Secrets } from '../kernel/secrets.ts';
import { Conflict, defineCollection } from '../store/port.ts';
import type { Store } from '../store/port.ts';

/** The key that signs the chain, sealed; one for the life of the log. */
export const auditSigners = defineCollection({
  name: 'auditSigners',
  shape: z.strictObject({ id: z.string(), sealed: z.string() }),
});

export interface Signer {
  /** Names the key: SHA-256 of its public half (DER, SubjectPublicKeyInfo) in base64url. */
  readonly kid: string;
  readonly publicKey: KeyObject;
  /** Ed25519 (RFC 8032) in base64url. */
  sign(text: string): string;
  verifies(text: string, signature: string): boolean;
}

const ID = 'ed25519';
const PURPOSE = 'audit signer';

const signerOf = (pem: string): Signer => {
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  return {
    kid: createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64url'),
    publicKey,
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64url'),
    verifies: (text, signature) => verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64url')),
  };
};

/** Undefined where none was made yet. Throws `secret_unreadable` for one that was not sealed under our master key. */
export const findSigner = async (store: Pick<Store, 'get'>, secrets: Secrets): Promise<Signer | undefined> => {
  const found = await store.get(auditSigners, ID);
  return found && signerOf(secrets.open(PURPOSE, found.sealed));
};

/** The key, made where there is none. */
export const loadSigner = async (store: Pick<Store, 'get' | 'insert'>, secrets: Secrets): Promise<Signer> => {
  const found = await findSigner(store, secrets);
  if (found) return found;
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  try {
    await store.insert(auditSigners, { id: ID, sealed: secrets.seal(PURPOSE, pem) });
    return signerOf(pem);
  } catch (error) {
    // Another node was first.
    if (error instanceof Conflict) return loadSigner(store, secrets);
    throw error;
  }
};
