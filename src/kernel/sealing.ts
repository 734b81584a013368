import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Random } from './random.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM in base64url; `purpose` is authenticated, not stored. */
export const sealUnder = (key: KeyObject, random: Random, purpose: string, plain: string): string => {
  const iv = random.bytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(purpose));
  return Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url');
};

/** Opens what `sealUnder` made. Throws for another key or purpose, and for what was changed. */
export const openUnder = (key: KeyObject, purpose: string, sealed: string): string => {
  const body = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(purpose))
    .setAuthTag(body.subarray(-TAG_BYTES));
  return decipher.update(body.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
};
