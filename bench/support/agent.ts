import { createHash, randomBytes } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

/** A keep-alive connection pool shared by all simulated browsers, so that connecting is not what gets measured. */
const connections = new Agent({ keepAlive: true, maxSockets: 64 });

/** A browser reduced to what a sign-in needs: cookies, redirects by hand, forms. */
export class BrowserAgent {
  readonly #cookies = new Map<string, string>();
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  send(
    method: 'GET' | 'POST',
    path: string,
    form?: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const url = new URL(path, this.#origin);
    const body = form ? new URLSearchParams(form).toString() : undefined;
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        url,
        {
          method,
          agent: connections,
          headers: {
            ...(cookie ? { cookie } : {}),
            ...(body === undefined
              ? {}
              : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }),
            ...headers,
          },
        },
        (response) => {
          for (const line of response.headers['set-cookie'] ?? []) this.#keep(line);
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            resolve({
              status: response.statusCode ?? 0,
              location: response.headers.location,
              body: Buffer.concat(chunks).toString(),
            });
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  }

  #keep(line: string): void {
    const [pair = ''] = line.split(';');
    const at = pair.indexOf('=');
    const name = pair.slice(0, at);
    const value = pair.slice(at + 1);
    if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}

export const hiddenInputs = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)].map(([tag]) => [
      /name="([^"]*)"/.exec(tag)?.[1] ?? '',
      /value="([^"]*)"/.exec(tag)?.[1] ?? '',
    ]),
  );

export interface SignInClient {
  readonly id: string;
  readonly secret: string;
  readonly redirectUri: string;
}

const expect = (reply: Reply, what: string): string => {
  if (reply.location === undefined) throw new Error(`${what}: ${String(reply.status)} ${reply.body.slice(0, 500)}`);
  return reply.location;
};

const basic = (client: SignInClient): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`,
});

/** A whole fresh sign-in: authorization request, page, password, code, tokens. Throws where any step goes astray. */
export const signIn = async (
  origin: string,
  client: SignInClient,
  userName: string,
  password: string,
): Promise<void> => {
  const browser = new BrowserAgent(origin);
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: client.id,
    redirect_uri: client.redirectUri,
    response_type: 'code',
    scope: 'openid profile email',
    state: 'bench',
    nonce: 'bench',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const pagePath = expect(await browser.send('GET', `/auth?${query.toString()}`), 'authorization request');
  const form = await browser.send('GET', pagePath);
  const action = /<form\b[^>]*action="([^"]*)"/.exec(form.body)?.[1] ?? pagePath;
  let next = expect(
    await browser.send('POST', action, { ...hiddenInputs(form.body), username: userName, password }),
    'password',
  );
  while (!next.startsWith(client.redirectUri)) next = expect(await browser.send('GET', next), `redirect to ${next}`);
  const code = new URL(next).searchParams.get('code');
  if (code === null) throw new Error(`no code in ${next}`);
  const tokens = await browser.send(
    'POST',
    '/token',
    { grant_type: 'authorization_code', code, redirect_uri: client.redirectUri, code_verifier: verifier },
    basic(client),
  );
  if (tokens.status !== 200) throw new Error(`token: ${String(tokens.status)} ${tokens.body}`);
};

export const clientCredentials = async (agent: BrowserAgent, client: SignInClient): Promise<void> => {
  const tokens = await agent.send('POST', '/token', { grant_type: 'client_credentials' }, basic(client));
  if (tokens.status !== 200) throw new Error(`token: ${String(tokens.status)} ${tokens.body}`);
};
