import { request } from 'node:http';
import { Readable } from 'node:stream';
import type { CustomFetch } from 'openid-client';

const bodyless = new Set([204, 205, 304]);

/**
 * A `fetch` that reaches the issuer through this process's own port and names it in the Host header, as a proxy would:
 * in a container or behind a tunnel the issuer's address often does not lead back from the inside.
 * @param origin where this process listens; asked at each request, since a port of 0 is known only later
 */
export const loopbackFetch =
  (origin: () => string): CustomFetch =>
  async (url, options) => {
    const { pathname, search, host } = new URL(url);
    const message = new Request(new URL(pathname + search, origin()), {
      method: options.method,
      headers: options.headers,
      body: options.body ?? null,
    });
    const body = Buffer.from(await message.arrayBuffer());
    return await new Promise<Response>((resolve, reject) => {
      const headers = { ...Object.fromEntries(message.headers), host, 'content-length': String(body.length) };
      const outgoing = request(
        message.url,
        { method: options.method, headers, ...(options.signal && { signal: options.signal }) },
        (incoming) => {
          const status = incoming.statusCode ?? 502;
          const pairs = Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
            values.map((value): [string, string] => [name, value]),
          );
          const stream = bodyless.has(status) ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>);
          resolve(new Response(stream, { status, headers: pairs }));
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  };
