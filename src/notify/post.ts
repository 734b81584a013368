import { request as plain } from 'node:http';
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request as secure } from 'node:https';
import type { LookupFunction } from 'node:net';

export interface Post {
  readonly url: URL;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | Uint8Array;
  /** `name:password` for basic authentication. */
  readonly auth?: string;
  /** PEM of the authority that signed the certificate, where it is none that everybody knows. */
  readonly ca?: string;
  /** Milliseconds after which it has failed, however lively the other side is. */
  readonly patience: number;
  /** Looks the host up, where not as usual. */
  readonly lookup?: LookupFunction;
}

export type PostReply =
  | { readonly status: number; readonly text: string }
  /** The code of what went wrong. `unsure` where the other side may have done what it was asked. */
  | { readonly failure: string; readonly unsure: boolean };

const LONGEST = 64 * 1024;

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

const open = ({ url, headers, auth, ca, patience, lookup }: Post): ClientRequest => {
  const options = {
    method: 'POST',
    headers,
    // The whole of it, not the silence between two bytes: whoever drips would hold a delivery for ever.
    signal: AbortSignal.timeout(patience),
    agent: false,
    ...(auth === undefined ? {} : { auth }),
    ...(lookup ? { lookup } : {}),
  };
  return url.protocol === 'https:'
    ? secure(url, { ...options, ...(ca === undefined ? {} : { ca }) })
    : plain(url, options);
};

/** Posts once, over a connection of its own. Redirects are answers like any other: nobody else is to see what is sent. */
export const post = async (one: Post): Promise<PostReply> => {
  let connected = false;
  try {
    const request = open(one);
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).once('error', reject);
      request.once('socket', (socket) => {
        socket.once(one.url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
          connected = true;
        });
      });
    });
    request.end(one.body);
    const reply = await answered;
    return { status: reply.statusCode ?? 0, text: await readAll(reply) };
  } catch (error) {
    const { code, name } = error as { readonly code?: string; readonly name?: string };
    const late = name === 'AbortError' || code === 'ABORT_ERR';
    return { failure: late ? 'timeout' : (code ?? 'unknown'), unsure: connected };
  }
};
