import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface AskedRange {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

interface Mood {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Pwned Passwords on loopback, by its protocol; its mood can be set. */
export interface BreachRangeServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Every request so far, oldest first. */
  readonly asked: readonly AskedRange[];
  /** Has seen a password so often. */
  knows(password: string, count: number): void;
  /** What to answer from now on. `silent` never does, `dripping` begins and never ends. */
  mood: Mood | 'silent' | 'dripping' | undefined;
}

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex').toUpperCase();

const PADDED_TO = 40;

/** Hashes that nobody has seen, with a count of 0: what the service fills its answers up with when asked to. */
const padding = (prefix: string, length: number): readonly string[] =>
  Array.from({ length }, (_, n) => `${sha1(`${prefix} ${String(n)}`).slice(5)}:0`);

export const startBreachRange = async (
  options: { readonly tls?: { readonly key: string; readonly cert: string } } = {},
): Promise<BreachRangeServer> => {
  const seen = new Map<string, number>();
  const asked: AskedRange[] = [];

  const rangeOf = (prefix: string, padded: boolean): string => {
    const real = [...seen].filter(([hash]) => hash.startsWith(prefix)).map(([hash, n]) => `${hash.slice(5)}:${n}`);
    return [...real, ...padding(prefix, padded ? PADDED_TO - real.length : 1)].sort().join('\r\n');
  };

  const serve = ({ url: path = '', headers, method }: IncomingMessage, response: ServerResponse): void => {
    asked.push({ path, headers });
    const prefix = /^\/range\/([0-9A-F]{5})$/.exec(path)?.[1];
    const { mood } = server;
    if (mood === 'silent') return;
    if (mood === 'dripping') response.writeHead(200).write('0018A45C4D1DEF81644B54AB7F969B88D65:1\r\n');
    else if (mood) response.writeHead(mood.status, mood.headers).end(mood.body);
    else if (prefix === undefined || method !== 'GET') response.writeHead(400).end('The hash prefix was not valid');
    else response.writeHead(200).end(rangeOf(prefix, headers['add-padding'] === 'true'));
  };

  const listening = options.tls ? createSecureServer(options.tls, serve) : createServer(serve);
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;

  const server: BreachRangeServer = {
    url: `http${options.tls ? 's' : ''}://${options.tls ? 'localhost' : '127.0.0.1'}:${String(port)}`,
    port,
    asked,
    knows: (password, count) => void seen.set(sha1(password), count),
    mood: undefined,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => {
        listening.close(resolve);
        listening.closeAllConnections();
      });
    },
  };
  return server;
};
