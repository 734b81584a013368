import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Attempt } from './channel.ts';
import type { CarrierReply } from './carrier.ts';

/**
 * Codes of Twilio's REST API that mean the number: it does not exist, is no mobile one, its owner or its network
 * blocks what we send. https://www.twilio.com/docs/api/errors
 */
const ABOUT_THE_DESTINATION = new Set([
  // To: invalid, not reachable, not valid, a short code, unsubscribed, not mobile, a landline
  21211, 21214, 21217, 21265, 21610, 21614, 21635,
  // Handset: blocked, unknown, a landline or a carrier that cannot be reached
  30004, 30005, 30006,
  // Call: invalid number
  13224,
]);

/** Codes that mean the text: too long, empty, filtered. All others are about the account, the line or the hour. */
const ABOUT_THE_MESSAGE = new Set([21602, 21605, 21617, 30007]);

/** A code as the API writes it: a number, or digits in a form. */
const codeOf = (value: unknown): number | undefined => {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  return /^\d{5}$/.test(text) ? Number(text) : undefined;
};

/** Whether a receipt with this code says that nothing will ever reach the number. */
export const isRefusal = (code: unknown): boolean => ABOUT_THE_DESTINATION.has(codeOf(code) ?? 0);

/** The code for operators, or what stands for one that is none. */
export const causeOf = (code: unknown, otherwise: string): string => String(codeOf(code) ?? otherwise);

const attemptOf = (code: number | undefined, cause: string): Attempt => {
  if (code !== undefined && ABOUT_THE_DESTINATION.has(code)) return { outcome: 'refused', cause, about: 'destination' };
  if (code !== undefined && ABOUT_THE_MESSAGE.has(code)) return { outcome: 'refused', cause, about: 'message' };
  return { outcome: 'failed', cause };
};

/**
 * Reads the answer to a message or call that was to be made: 201 with its `sid`, or a status and a `code`.
 *
 * @param sid how the name of what was made begins: `SM` for a message, `CA` for a call
 */
export const readAnswer = (reply: CarrierReply, sid: RegExp): Attempt => {
  if ('failure' in reply) {
    return { outcome: 'failed', cause: reply.failure, ...(reply.unsure ? { unsure: true } : {}) };
  }
  const { status, body } = reply;
  if (status < 200 || status > 299) {
    const code = codeOf(body?.['code']);
    return attemptOf(code, code === undefined ? `HTTP ${String(status)}` : String(code));
  }
  const made = body?.['sid'];
  if (typeof made !== 'string' || !sid.test(made)) return { outcome: 'failed', cause: 'garbled', unsure: true };
  const failed = body?.['status'] === 'failed' || body?.['status'] === 'undelivered';
  const code = codeOf(body?.['error_code']);
  return failed ? attemptOf(code, String(code ?? 'failed')) : { outcome: 'taken' };
};

/** Whether the port stands in an address that it signs depends on the carrier's mood: either is the same place. */
const spellings = (address: string): readonly string[] => {
  const { protocol, host, hostname, port } = new URL(address);
  const [from, standard] = [`${protocol}//${host}`, protocol === 'https:' ? '443' : '80'];
  const rest = address.slice(from.length);
  return [
    ...new Set([address, `${protocol}//${hostname}${rest}`, `${protocol}//${hostname}:${port || standard}${rest}`]),
  ];
};

const digest = (token: string, url: string, fields: Readonly<Record<string, string>>): Buffer => {
  const text = Object.keys(fields)
    .sort()
    .reduce((sum, name) => sum + name + (fields[name] ?? ''), url);
  return createHmac('sha1', token).update(text, 'utf8').digest();
};

/**
 * Whether a request comes from the carrier: base64 of HMAC-SHA1 over the address it was told and every field of the
 * form, sorted by name. https://www.twilio.com/docs/usage/security
 *
 * @param url as we gave it to the carrier, never as the request says
 */
export const isSigned = (
  token: string,
  url: string,
  fields: Readonly<Record<string, string>>,
  signature: string | undefined,
): boolean => {
  const given = Buffer.from(signature ?? '', 'base64');
  return spellings(url)
    .map((spelling) => digest(token, spelling, fields))
    .some((expected) => given.length === expected.length && timingSafeEqual(given, expected));
};
