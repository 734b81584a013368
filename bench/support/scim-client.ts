import { Agent, request } from 'node:http';

export const TOKEN = 'lkscim_a-token-that-the-bench-made-up-for-itself-0';

/** Sends requests over connections that stay open, as a directory does. */
export interface ScimClient extends Disposable {
  /** The text of the answer. Throws for any but a success. */
  send(method: string, path: string, body?: unknown): Promise<string>;
}

export const scimClient = (origin: string, connections: number): ScimClient => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    send: (method, path, body) =>
      new Promise((resolve, reject) => {
        const text = body === undefined ? undefined : JSON.stringify(body);
        const headers = {
          authorization: `Bearer ${TOKEN}`,
          ...(text !== undefined && {
            'content-type': 'application/scim+json',
            'content-length': Buffer.byteLength(text),
          }),
        };
        const sent = request(`${origin}/scim/v2${path}`, { agent, method, headers }, (reply) => {
          let answer = '';
          reply.setEncoding('utf8').on('data', (chunk: string) => {
            answer += chunk;
          });
          reply.once('end', () => {
            if ((reply.statusCode ?? 500) < 300) resolve(answer);
            else reject(new Error(`${method} ${path}: ${String(reply.statusCode)} ${answer}`));
          });
        });
        sent.once('error', reject);
        sent.end(text);
      }),
    [Symbol.dispose]: () => agent.destroy(),
  };
};
