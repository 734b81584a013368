import { Agent, request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Sending {
  readonly method?: string;
  /** Sent as they are, `host` included: nothing is added that the caller did not ask for. */
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

/** Bare HTTP/1.1 exchanges over kept connections: `fetch` would add and forbid headers that attacks and browsers need. */
export class Wire implements Disposable {
  readonly #connections = { 'http:': new Agent({ keepAlive: true }), 'https:': new SecureAgent({ keepAlive: true }) };

  async send(url: URL | string, { method = 'GET', headers = {}, body }: Sending = {}): Promise<Reply> {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const secure = new URL(url).protocol === 'https:';
    const agent = this.#connections[secure ? 'https:' : 'http:'];
    return await new Promise((resolve, reject) => {
      const outgoing = (secure ? secureRequest : request)(
        url,
        { agent, method, headers: { ...length, ...headers } },
        (reply) => {
          const chunks: Buffer[] = [];
          reply.on('data', (chunk: Buffer) => chunks.push(chunk));
          reply.once('error', reject);
          reply.once('end', () => {
            resolve({
              status: reply.statusCode ?? 0,
              headers: reply.headers,
              body: Buffer.concat(chunks).toString('utf8'),
            });
          });
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }

  [Symbol.dispose](): void {
    for (const agent of Object.values(this.#connections)) agent.destroy();
  }
}
