import type { ClientMetadata } from '../config/clients.ts';
import type { Secrets } from '../kernel/secrets.ts';

export const DEMO_CLIENT_ID = 'demo';
export const DEMO_HOME = '/demo';
export const DEMO_CALLBACK = '/demo/callback';
export const DEMO_SCOPE = 'openid profile email phone groups offline_access';

/** Derived rather than stored: the app and its registration agree after every restart, on every node. */
export const demoClientSecret = (secrets: Secrets, issuer: string): string =>
  secrets.hash('demo client secret', issuer);

/** The demo app's registration at its own issuer. */
export const demoClient = (issuer: string, secrets: Secrets): ClientMetadata => ({
  client_id: DEMO_CLIENT_ID,
  client_secret: demoClientSecret(secrets, issuer),
  client_name: 'Latchkey demo',
  client_uri: `${issuer}${DEMO_HOME}`,
  redirect_uris: [`${issuer}${DEMO_CALLBACK}`],
  post_logout_redirect_uris: [`${issuer}${DEMO_HOME}`],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  scope: DEMO_SCOPE,
  token_endpoint_auth_method: 'client_secret_basic',
  first_party: true,
});
