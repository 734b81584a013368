import { ECDH } from 'node:crypto';
import { z } from 'zod';
import type { Secrets } from '../kernel/secrets.ts';

/** Where a browser is pushed to, and what is encrypted for it (RFC 8291 section 2.1). */
export interface PushAddress {
  readonly endpoint: string;
  /** An uncompressed point of P-256 in base64url. */
  readonly p256dh: string;
  /** 16 bytes in base64url. */
  readonly auth: string;
}

const PURPOSE = 'push address';

/** Longer than what push services give: those of Windows have some 500 characters. */
const LONGEST_ENDPOINT = 1500;
const LONGEST_SEALED = 4000;

const BASE64URL = /^[\w-]+$/;

const isPoint = (text: string): boolean => {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 65 || bytes[0] !== 4) return false;
  try {
    ECDH.convertKey(bytes, 'prime256v1');
    return true;
  } catch {
    // Not on the curve: nothing could be encrypted for it.
    return false;
  }
};

const shape = z.strictObject({
  endpoint: z.url().max(LONGEST_ENDPOINT),
  p256dh: z.string().regex(BASE64URL).refine(isPoint),
  auth: z
    .string()
    .regex(BASE64URL)
    .refine((text) => Buffer.from(text, 'base64url').length === 16),
});

/** Undefined for what is none. */
export const readPushAddress = (given: PushAddress): PushAddress | undefined => shape.safeParse(given).data;

export const sealPushAddress = (secrets: Secrets, address: PushAddress): string =>
  secrets.seal(PURPOSE, JSON.stringify(address));

/** @throws AppError `secret_unreadable` */
export const openPushAddress = (secrets: Secrets, sealed: string): PushAddress =>
  shape.parse(JSON.parse(secrets.open(PURPOSE, sealed)));

export const isSealedAddress = (text: string): boolean =>
  text.length <= LONGEST_SEALED && /^[\w-]+\.[\w-]+$/.test(text);
