import { timingSafeEqual } from 'node:crypto';
import type { Secrets } from '../kernel/secrets.ts';

/** Of the local part of an address (RFC 5321 section 4.5.3.1.1). */
const LONGEST_LOCAL = 64;

const ID_DIGITS = 33;
/** 80 bits in base 36. */
const KEY_DIGITS = 16;
const KEY_BYTES = 10;

/** What is left for the local part of the address that the keyed ones are made from. */
export const LONGEST_BASE = LONGEST_LOCAL - ID_DIGITS - KEY_DIGITS - '+-'.length;

const MARK = new RegExp(`^([0-9a-z]{${String(ID_DIGITS)}})-([0-9a-z]{${String(KEY_DIGITS)}})$`);

/** Lower case, since mail servers on the way may fold it. */
const keyOf = (secrets: Secrets, id: string): string => {
  const bytes = Buffer.from(secrets.hash('mail return address', id), 'base64url').subarray(0, KEY_BYTES);
  return BigInt(`0x${bytes.toString('hex')}`)
    .toString(36)
    .padStart(KEY_DIGITS, '0');
};

const parts = (address: string): { readonly local: string; readonly domain: string } => {
  const at = address.lastIndexOf('@');
  return { local: address.slice(0, at), domain: address.slice(at) };
};

/**
 * Where one message comes back to when it cannot be delivered: `bounces+<id>-<key>@example.org` (RFC 5233 calls what
 * follows the plus a subaddress). Nobody who has not seen it can name the message.
 *
 * @param base where all of them arrive; its local part has at most {@link LONGEST_BASE} characters
 */
export const returnAddress = (secrets: Secrets, base: string, id: string): string => {
  const { local, domain } = parts(base);
  return `${local}+${id}-${keyOf(secrets, id)}${domain}`;
};

/** The message that such an address names; undefined for any other address, and for one with a wrong key. */
export const namedBy = (secrets: Secrets, base: string, address: string): string | undefined => {
  const [given, own] = [parts(address.toLowerCase()), parts(base.toLowerCase())];
  if (given.domain !== own.domain || !given.local.startsWith(`${own.local}+`)) return undefined;
  const [, id = '', key = ''] = MARK.exec(given.local.slice(own.local.length + 1)) ?? [];
  if (key === '') return undefined;
  return timingSafeEqual(Buffer.from(key), Buffer.from(keyOf(secrets, id))) ? id : undefined;
};
