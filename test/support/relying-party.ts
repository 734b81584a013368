import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as client from 'openid-client';

/** How a request that an app sent out came back to it. */
export type Outcome =
  | {
      readonly kind: 'signed-in';
      readonly claims: Readonly<Record<string, unknown>>;
      readonly tokens: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers;
    }
  | { readonly kind: 'error'; readonly error: string; readonly description: string | undefined };

interface Transaction {
  readonly expectedState: string;
  readonly expectedNonce: string;
  readonly pkceCodeVerifier: string;
  readonly maxAge?: number;
}

export interface RelyingParty extends AsyncDisposable {
  /** Client metadata (RFC 7591) to configure the provider with. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly secret: string;
  readonly origin: string;
  /** Reads discovery; once the provider listens. */
  discover(issuer: string): Promise<void>;
  /** The address that begins a sign-in, with state, nonce and PKCE of its own. */
  authorizationUrl(parameters?: Readonly<Record<string, string>>): Promise<string>;
  /** Uses a refresh token, without anybody in front of a browser. */
  refresh(refreshToken: string): Promise<Outcome>;
  /** What came back so far, newest last. State and nonce were checked, else the outcome is an error. */
  readonly outcomes: readonly Outcome[];
  readonly configuration: client.Configuration;
}

const SECRET = 'a-secret-of-the-tests-own-app';

const errorOf = (error: unknown): Outcome => ({
  kind: 'error',
  error:
    error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError
      ? error.error
      : String(error instanceof Error ? error.message : error),
  description:
    error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError
      ? error.error_description
      : undefined,
});

const html = (heading: string): string =>
  `<!doctype html><html lang="en"><title>${heading}</title><body><main><h1>${heading}</h1></main></body></html>`;

/**
 * An app of the tests' own, on a real port and another host than the provider, so that browsers really leave the
 * provider's site when a sign-in ends.
 *
 * @param further metadata laid over what most stories need
 */
export const startRelyingParty = async (
  clientId = 'app',
  further: Readonly<Record<string, unknown>> = {},
): Promise<RelyingParty> => {
  const transactions = new Map<string, Transaction>();
  const outcomes: Outcome[] = [];
  let configuration: client.Configuration | undefined;

  const discovered = (): client.Configuration => {
    if (!configuration) throw new Error('discover() comes first');
    return configuration;
  };

  const redeem = async (address: URL): Promise<Outcome> => {
    const transaction = transactions.get(address.searchParams.get('state') ?? '');
    if (!transaction) return { kind: 'error', error: 'state_unknown', description: undefined };
    transactions.delete(transaction.expectedState);
    try {
      const tokens = await client.authorizationCodeGrant(discovered(), address, transaction);
      const claims = tokens.claims() ?? {};
      return { kind: 'signed-in', claims, tokens };
    } catch (error) {
      return errorOf(error);
    }
  };

  const server: Server = createServer((request, response) => {
    const address = new URL(request.url ?? '/', origin);
    if (address.pathname !== '/callback') {
      response.writeHead(address.pathname === '/' ? 200 : 404, { 'content-type': 'text/html' }).end(html('The app'));
      return;
    }
    void redeem(address).then((outcome) => {
      outcomes.push(outcome);
      const heading = outcome.kind === 'signed-in' ? 'Signed in to the app' : `The app got ${outcome.error}`;
      response.writeHead(200, { 'content-type': 'text/html' }).end(html(heading));
    });
  });
  // Never ended for being idle: on a busy machine the next request would meet the end of Node's five seconds.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const redirectUri = `${origin}/callback`;

  return {
    metadata: {
      client_id: clientId,
      client_name: `The ${clientId}`,
      client_uri: origin,
      redirect_uris: [redirectUri],
      post_logout_redirect_uris: [`${origin}/`],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_basic',
      first_party: true,
      ...further,
    },
    secret: SECRET,
    origin,
    outcomes,

    async discover(issuer) {
      configuration = await client.discovery(new URL(issuer), clientId, undefined, client.ClientSecretBasic(SECRET), {
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated as a warning sign; loopback has no TLS
        execute: [client.allowInsecureRequests],
      });
    },

    async authorizationUrl(parameters = {}) {
      const maxAge = parameters['max_age'];
      const transaction = {
        expectedState: client.randomState(),
        expectedNonce: client.randomNonce(),
        pkceCodeVerifier: client.randomPKCECodeVerifier(),
        ...(maxAge !== undefined && { maxAge: Number(maxAge) }),
      };
      transactions.set(transaction.expectedState, transaction);
      return client.buildAuthorizationUrl(discovered(), {
        redirect_uri: redirectUri,
        scope: 'openid profile email',
        state: transaction.expectedState,
        nonce: transaction.expectedNonce,
        code_challenge: await client.calculatePKCECodeChallenge(transaction.pkceCodeVerifier),
        code_challenge_method: 'S256',
        ...parameters,
      }).href;
    },

    async refresh(refreshToken) {
      try {
        const tokens = await client.refreshTokenGrant(discovered(), refreshToken);
        return { kind: 'signed-in', claims: tokens.claims() ?? {}, tokens };
      } catch (error) {
        return errorOf(error);
      }
    },

    get configuration() {
      return discovered();
    },

    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
