import { z } from 'zod';
import { secret } from './fields.ts';

const SIGNATURES = ['RS256', 'ES256', 'EdDSA'] as const;

const uris = () => z.array(z.url());

/**
 * Client metadata under the names of RFC 7591, OpenID Connect Registration 1.0 and the extensions that are on,
 * and two names of our own. `oidc-provider` judges what fits together; here are names and types.
 */
export const clientMetadata = z.strictObject({
  client_id: z
    .string()
    .regex(/^[\x21-\x7E]+$/, 'printable ASCII without spaces')
    .describe('Name of the client at the token endpoint.'),
  client_secret: z
    .string()
    .regex(/^[\x21-\x7E]+$/, 'printable ASCII without spaces')
    .exactOptional()
    .describe('Secret of a confidential client.'),
  client_name: z.string().exactOptional().describe('Name that people see.'),
  client_uri: z.url().exactOptional().describe('Home page of the app, linked from pages that lead back to it.'),
  logo_uri: z.url().exactOptional().describe('Logo of the app.'),
  policy_uri: z.url().exactOptional().describe('Privacy policy of the app.'),
  tos_uri: z.url().exactOptional().describe('Terms of service of the app.'),
  contacts: z.array(z.string()).exactOptional().describe('Mail addresses of who runs the app.'),
  application_type: z.enum(['web', 'native']).exactOptional().describe('`native` allows loopback and own schemes.'),
  redirect_uris: uris().exactOptional().describe('Where answers may be sent; compared letter by letter.'),
  post_logout_redirect_uris: uris().exactOptional().describe('Where sign-out may end.'),
  initiate_login_uri: z.url().exactOptional().describe('Address that starts a sign-in at the app.'),
  grant_types: z
    .array(
      z.enum([
        'authorization_code',
        'refresh_token',
        'client_credentials',
        'urn:ietf:params:oauth:grant-type:device_code',
      ]),
    )
    .exactOptional()
    .describe('Grants that the client may use; `authorization_code` unless said.'),
  response_types: z
    .array(z.enum(['code', 'none']))
    .exactOptional()
    .describe('Response types; `code` unless said.'),
  response_modes: z
    .array(z.enum(['query', 'fragment', 'form_post']))
    .exactOptional()
    .describe('Response modes that the client may ask for.'),
  token_endpoint_auth_method: z
    .enum(['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'])
    .exactOptional()
    .describe('How the client proves itself; `none` for public clients.'),
  token_endpoint_auth_signing_alg: z.string().exactOptional().describe('Algorithm of its client assertions.'),
  scope: z.string().exactOptional().describe('Scopes the client may ask for, separated by spaces; all unless said.'),
  jwks: z
    .looseObject({ keys: z.array(z.looseObject({})) })
    .exactOptional()
    .describe('Public keys of the client (RFC 7517).'),
  jwks_uri: z.url().exactOptional().describe('Where the public keys of the client are.'),
  id_token_signed_response_alg: z
    .enum(SIGNATURES)
    .exactOptional()
    .describe('Signature of ID tokens; RS256 unless said.'),
  userinfo_signed_response_alg: z
    .enum(SIGNATURES)
    .exactOptional()
    .describe('Signature of userinfo, plain JSON unless said.'),
  subject_type: z.enum(['public', 'pairwise']).exactOptional().describe('Whether the client sees subjects of its own.'),
  sector_identifier_uri: z.url().exactOptional().describe('Clients of one sector share pairwise subjects.'),
  default_max_age: z.int().min(0).exactOptional().describe('Seconds after which a sign-in must be fresh.'),
  require_auth_time: z.boolean().exactOptional().describe('Whether ID tokens always tell when the person signed in.'),
  default_acr_values: z
    .array(z.string())
    .exactOptional()
    .describe('Levels of assurance asked for unless a request says.'),
  require_pushed_authorization_requests: z
    .boolean()
    .exactOptional()
    .describe('Only requests pushed before (RFC 9126).'),
  dpop_bound_access_tokens: z.boolean().exactOptional().describe('Only sender-bound access tokens (RFC 9449).'),
  backchannel_logout_uri: z
    .url()
    .exactOptional()
    .describe('Told when a session ends (OpenID Connect Back-Channel Logout).'),
  backchannel_logout_session_required: z.boolean().exactOptional().describe('Whether that notice names the session.'),
  first_party: z.boolean().exactOptional().describe("One of the organisation's own: people are not asked for consent."),
  require_pkce: z
    .boolean()
    .exactOptional()
    .describe('False only for a confidential client that cannot do PKCE (RFC 7636).'),
});

export type ClientMetadata = z.output<typeof clientMetadata>;

/** A client in the configuration file: as {@link clientMetadata}, its secret by reference. */
export const configuredClient = clientMetadata.extend({
  client_secret: secret().exactOptional().describe('Secret of a confidential client.'),
});
