import { createHmac, timingSafeEqual } from 'node:crypto';

const HASHES = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-512': 'sha512' } as const;

export type Algorithm = keyof typeof HASHES;

export const algorithms = Object.keys(HASHES) as [Algorithm, ...Algorithm[]];

/** What both sides agree on beside the key. */
export interface Format {
  readonly algorithm: Algorithm;
  readonly digits: 6 | 8;
}

/**
 * The code of a counter (HOTP, RFC 4226 section 5.3); with the number of the time step as counter it is TOTP
 * (RFC 6238 section 4.2).
 */
export const oneTimePassword = (key: Uint8Array, { algorithm, digits }: Format, counter: number): string => {
  const moving = Buffer.alloc(8);
  moving.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac(HASHES[algorithm], key).update(moving).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0xf;
  const truncated = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(truncated % 10 ** digits).padStart(digits, '0');
};

/** Whether the code is that of the counter, in a time that does not tell how much of it is right. */
export const isCodeOf = (key: Uint8Array, format: Format, counter: number, code: string): boolean => {
  const expected = Buffer.from(oneTimePassword(key, format, counter));
  const given = Buffer.from(code);
  return given.length === expected.length && timingSafeEqual(given, expected);
};

/** Codes are copied with blanks and typed with hyphens. */
export const typedCode = (typed: string): string => typed.normalize('NFKC').replace(/[\s\p{Pd}]/gu, '');
