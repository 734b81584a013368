import {
  errors,
  type Adapter,
  type Client,
  type Configuration,
  type JWKS,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import type { CookieSigner } from '../http/http.ts';
import { STANDARD_CLAIMS } from '../kernel/standard-claims.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Secrets } from '../kernel/secrets.ts';
import type { PromptContribution } from '../plugin.ts';
import { accountFinder, type ClaimsOf } from './account.ts';
import { cookies } from './cookies.ts';
import { grantLoader } from './grants.ts';
import {
  logoutSource,
  postLogoutSuccessSource,
  renderError,
  successSource,
  userCodeConfirmSource,
  userCodeInputSource,
  type SendPage,
  type WayBackOf,
} from './library-pages.ts';
import { grantLifetime, lifetimes, type Lifetimes } from './lifetimes.ts';
import type { StandingOf } from './lineage.ts';
import { isFirstParty, needsPkce, OWN_METADATA } from './metadata.ts';
import { LEVELS } from '../sign-in/levels.ts';
import { signInPolicy } from './policy.ts';
import type { Resource } from './access-tokens.ts';
import { resourceServerInfo } from './resources.ts';
import { assertAcrRequest, authenticationClaims } from './wanted-acr.ts';

export interface ConfigurationParts {
  readonly issuer: string;
  readonly lifetimes: Lifetimes;
  readonly resources: readonly Resource[];
  /** BCP 47 tags. */
  readonly locales: readonly string[];
  readonly prompts: readonly PromptContribution[];
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly cookieSigner: CookieSigner;
  readonly standing: StandingOf;
  readonly claims: ClaimsOf;
  /** Claims of the operator's own, by the scope that they come with. */
  readonly declaredClaims?: Readonly<Record<string, readonly string[]>>;
  readonly sendPage: SendPage;
  readonly wayBackOf: WayBackOf;
  readonly fetch: typeof globalThis.fetch;
  adapter(model: string): Adapter;
}

const SIGNATURES = ['RS256', 'ES256', 'EdDSA'] as const;

/** Browsers may read tokens only at the origins that the app's answers go to. */
const clientBasedCORS = ({ oidc }: KoaContextWithOIDC, origin: string, client: Client): boolean =>
  (oidc.route === 'userinfo' || client.clientAuthMethod === 'none') &&
  (client.redirectUris ?? []).some((uri) => origin !== 'null' && URL.parse(uri)?.origin === origin);

/** RFC 7009 section 2.1: an app ends what it was given itself; a client that proved itself hears why not. */
const mayRevoke = (client: Client, owner: string | undefined): boolean => {
  if (owner === client.clientId) return true;
  if (client.clientAuthMethod === 'none') return false;
  throw new errors.InvalidRequest('the token was given to another client');
};

const declaredClaims = ({ declaredClaims: claims = {} }: ConfigurationParts): Record<string, string[]> =>
  Object.fromEntries(Object.entries(claims).map(([scope, names]) => [scope, [...names]]));

const features = (parts: ConfigurationParts): NonNullable<Configuration['features']> => {
  const { sendPage } = parts;
  return {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    claimsParameter: { enabled: true, assertClaimsParameter: assertAcrRequest },
    clientCredentials: { enabled: true },
    jwtUserinfo: { enabled: true },
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => mayRevoke(client, token.clientId) },
    introspection: {
      enabled: true,
      // A resource server asks about access tokens it was shown; nobody else is shown a refresh token.
      allowedPolicy: (_ctx, client, token) =>
        token.clientId === client.clientId || (client.clientAuthMethod !== 'none' && token.kind !== 'RefreshToken'),
    },
    deviceFlow: {
      enabled: true,
      deviceInfo: () => ({}),
      userCodeInputSource: userCodeInputSource(sendPage),
      userCodeConfirmSource: userCodeConfirmSource(sendPage),
      successSource: successSource(sendPage),
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: logoutSource(sendPage),
      postLogoutSuccessSource: postLogoutSuccessSource(sendPage),
    },
    resourceIndicators: { enabled: true, getResourceServerInfo: resourceServerInfo(parts.resources) },
  };
};

/** RFC 6749 section 6: the organisation's own apps get a refresh token when their metadata allow them the grant. */
const mayRefresh = (client: Client, scopes: ReadonlySet<string>): boolean =>
  client.grantTypeAllowed('refresh_token') && (scopes.has('offline_access') || isFirstParty(client));

export const configurationFor = (parts: ConfigurationParts, jwks: JWKS): Configuration => {
  const { issuer, secrets, locales, standing } = parts;
  return {
    adapter: parts.adapter,
    jwks,
    acrValues: [...LEVELS],
    claims: { ...declaredClaims(parts), ...STANDARD_CLAIMS },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'],
    clientBasedCORS,
    cookies: cookies(issuer, parts.cookieSigner),
    discovery: { ui_locales_supported: [...locales] },
    enabledJWA: {
      idTokenSigningAlgValues: [...SIGNATURES],
      userinfoSigningAlgValues: [...SIGNATURES],
    },
    enableHttpPostMethods: issuer.startsWith('https:'),
    extraClientMetadata: { properties: OWN_METADATA, validator: () => undefined },
    extraTokenClaims: (ctx, token) => (token.kind === 'AccessToken' ? authenticationClaims(ctx) : undefined),
    features: features(parts),
    fetch: parts.fetch,
    findAccount: accountFinder(standing, parts.claims),
    interactions: { policy: signInPolicy(parts.prompts), url: (_ctx, { uid }) => `/interaction/${uid}` },
    issueRefreshToken: (_ctx, client, source) => mayRefresh(client, source.scopes),
    loadExistingGrant: grantLoader((client) => grantLifetime(parts.lifetimes, client)),
    pairwiseIdentifier: (_ctx, accountId, client) =>
      secrets.hash('pairwise subject', `${String(Reflect.get(client, 'sectorIdentifier'))}\0${accountId}`),
    pkce: { required: (_ctx, client) => needsPkce(client) },
    renderError: renderError(parts.sendPage, parts.wayBackOf),
    responseTypes: ['code', 'none'],
    rotateRefreshToken: true,
    scopes: ['openid', 'offline_access'],
    subjectTypes: ['public', 'pairwise'],
    ttl: lifetimes(parts.lifetimes, parts.clock),
  };
};
