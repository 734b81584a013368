import { request as plain } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as secure } from 'node:https';
import { SECOND } from '../kernel/clock.ts';

/** An account at a carrier that is asked over HTTP. */
export interface Carrier {
  /** Without a trailing slash. */
  readonly url: string;
  readonly account: string;
  readonly token: string;
  /** PEM of the authority that signed the carrier's certificate, where it is none that everybody knows. */
  readonly ca?: string;
  /** Milliseconds after which an attempt has failed, however lively the carrier is. */
  readonly patience?: number;
}

export type CarrierReply =
  /** `body` is what was sent as JSON, or undefined for anything else. */
  | { readonly status: number; readonly body: Readonly<Record<string, unknown>> | undefined }
  /** The code of what went wrong. `unsure` where the carrier may have done what it was asked. */
  | { readonly failure: string; readonly unsure: boolean };

const PATIENCE = 20 * SECOND;
const LONGEST = 64 * 1024;

const parse = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

const readAll = async (reply: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of reply as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LONGEST) throw Object.assign(new Error('the answer is too long'), { code: 'too long' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const open = ({ url, account, token, ca, patience = PATIENCE }: Carrier, path: string): ClientRequest => {
  const target = new URL(url + path);
  const options = {
    method: 'POST',
    auth: `${account}:${token}`,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
    // The whole of it, not the silence between two bytes: a carrier that drips would hold a delivery for ever.
    signal: AbortSignal.timeout(patience),
    agent: false,
  };
  return target.protocol === 'https:' ? secure(target, { ...options, ...(ca && { ca }) }) : plain(target, options);
};

/**
 * Posts a form to a carrier, with its account by basic authentication. Redirects are answers like any other: nobody
 * else is to see what is sent.
 */
export const askCarrier = async (
  carrier: Carrier,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<CarrierReply> => {
  let connected = false;
  try {
    const request = open(carrier, path);
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).once('error', reject);
      request.once('socket', (socket) => {
        socket.once(carrier.url.startsWith('https:') ? 'secureConnect' : 'connect', () => {
          connected = true;
        });
      });
    });
    request.end(new URLSearchParams(fields).toString());
    const reply = await answered;
    const body = parse(await readAll(reply));
    return { status: reply.statusCode ?? 0, body };
  } catch (error) {
    const { code, name } = error as { readonly code?: string; readonly name?: string };
    const late = name === 'AbortError' || code === 'ABORT_ERR';
    return { failure: late ? 'timeout' : (code ?? 'unknown'), unsure: connected };
  }
};
