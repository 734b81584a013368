import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export type Fields = Readonly<Record<string, string>>;

export interface Asked {
  /** `Messages` or `Calls`. */
  readonly resource: string;
  readonly sid: string;
  readonly fields: Fields;
}

export interface Mood {
  readonly status: number;
  /** Sent as it is; JSON of it where it is no text. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A carrier on loopback that is asked as Twilio is, and calls back as it does; its mood can be set. */
export interface CarrierServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly account: string;
  readonly token: string;
  /** Everything that was asked with the right account, oldest first; what was refused included. */
  readonly asked: readonly Asked[];
  /** What to answer from now on; `silent` never does. */
  mood: Mood | 'silent' | undefined;
  /** Called with what is not answered yet. */
  arrived: (asked: Asked) => void | Promise<void>;
  /** Posts to us as the carrier does. */
  post(url: string, fields: Fields, signature?: string): Promise<Response>;
  /** What it signs a post with. */
  sign(url: string, fields: Fields): string;
}

/** An error as the REST interface tells it. */
export const refusal = (code: number, status = 400): Mood => ({
  status,
  body: { code, message: `The words of the carrier, which may quote ${code}`, more_info: '', status },
});

const read = async (request: IncomingMessage): Promise<Fields> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
};

const answer = (response: ServerResponse, { status, body, headers = {} }: Mood): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
};

const ACCOUNT = `AC${'0'.repeat(32)}`;
const PATH = new RegExp(`^/2010-04-01/Accounts/${ACCOUNT}/(Messages|Calls)\\.json$`);

export const startCarrier = async (
  options: { readonly port?: number; readonly tls?: { readonly key: string; readonly cert: string } } = {},
): Promise<CarrierServer> => {
  const token = 'carrier-token-8f1d';
  const asked: Asked[] = [];
  const right = `Basic ${Buffer.from(`${ACCOUNT}:${token}`).toString('base64')}`;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fields = await read(request);
    const resource = PATH.exec(request.url ?? '')?.[1];
    if (request.headers.authorization !== right) answer(response, refusal(20003, 401));
    else if (request.method !== 'POST' || resource === undefined) answer(response, refusal(20404, 404));
    else {
      const sid = `${resource === 'Calls' ? 'CA' : 'SM'}${String(asked.length).padStart(32, '0')}`;
      const one = { resource, sid, fields };
      asked.push(one);
      await carrier.arrived(one);
      if (carrier.mood === 'silent') return;
      answer(response, carrier.mood ?? { status: 201, body: { sid, status: 'queued', error_code: null } });
    }
  };

  const listener = (request: IncomingMessage, response: ServerResponse): void => void serve(request, response);
  const server = options.tls ? createSecureServer(options.tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const sign = (url: string, fields: Fields): string => {
    const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
    return createHmac('sha1', token)
      .update(url + sorted.flat().join(''))
      .digest('base64');
  };

  const carrier: CarrierServer = {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    account: ACCOUNT,
    token,
    asked,
    mood: undefined,
    arrived: () => undefined,
    sign,
    post: (url, fields, signature = sign(url, fields)) =>
      fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
          'x-twilio-signature': signature,
          'user-agent': 'TwilioProxy/1.1',
        },
        body: new URLSearchParams(fields).toString(),
      }),
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
  return carrier;
};
