import { request as plain } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as secure } from 'node:https';
import { HASH_DIGITS, readHashLine } from './hash-line.ts';

/** A service that tells hashes by their first digits, as Pwned Passwords of Have I Been Pwned does. */
export interface BreachRange {
  /** Without a trailing slash. */
  readonly url: string;
  /** Milliseconds, for the whole of it. */
  readonly timeout: number;
  /** PEM of the authority that signed the certificate, where it is none that everybody knows. */
  readonly ca?: string;
}

export type RangeAnswer =
  /** How often the hash was seen. */
  | { readonly count: number }
  /** The code of what went wrong. */
  | { readonly failure: string };

const PREFIX_DIGITS = 5;
/** Ten times what the longest range has today (bytes). */
const LONGEST = 1024 * 1024;

class Unusable extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`the range cannot be used: ${code}`);
    this.code = code;
  }
}

const open = ({ url, ca }: BreachRange, prefix: string, signal: AbortSignal): ClientRequest => {
  const target = new URL(`${url}/range/${prefix}`);
  // Padding hides from whoever sees the length of the answer which range it is.
  const options = { signal, agent: false, headers: { 'Add-Padding': 'true', 'User-Agent': 'Latchkey' } };
  return target.protocol === 'https:' ? secure(target, { ...options, ...(ca && { ca }) }) : plain(target, options);
};

const readAll = async (reply: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of reply as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LONGEST) throw new Unusable('too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('latin1');
};

const ask = async (range: BreachRange, prefix: string, signal: AbortSignal): Promise<string> => {
  const request = open(range, prefix, signal);
  try {
    const reply = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).on('error', reject).end();
    });
    // A redirect is an answer like any other: nobody else is to be asked.
    if (reply.statusCode !== 200) throw new Unusable(`HTTP ${String(reply.statusCode)}`);
    return await readAll(reply);
  } finally {
    request.destroy();
  }
};

/** One line that is none spoils the whole: there may be others in place of the one that matters. */
const countIn = (text: string, suffix: string): number => {
  const digits = HASH_DIGITS - PREFIX_DIGITS;
  const lines = text.replace(/\r?\n$/, '').split('\n');
  const read = lines.map((line) => readHashLine(line, digits) ?? new Unusable('garbled'));
  const bad = read.find((line) => line instanceof Unusable);
  if (bad) throw bad;
  return read.flatMap((line) => ('hash' in line && line.hash === suffix ? [line.count] : []))[0] ?? 0;
};

/**
 * Asks how often a hash is known, without telling it: five digits go out, all hashes that begin so come back, and
 * padded ones with a count of 0 (https://haveibeenpwned.com/API/v3#PwnedPasswords).
 *
 * @param hash SHA-1 in 40 hexadecimal digits, upper case
 */
export const countInRange = async (range: BreachRange, hash: string): Promise<RangeAnswer> => {
  const signal = AbortSignal.timeout(range.timeout);
  try {
    const text = await ask(range, hash.slice(0, PREFIX_DIGITS), signal);
    return { count: countIn(text, hash.slice(PREFIX_DIGITS)) };
  } catch (error) {
    if (signal.aborted) return { failure: 'timeout' };
    return { failure: error instanceof Error && 'code' in error ? String(error.code) : 'unknown' };
  }
};
