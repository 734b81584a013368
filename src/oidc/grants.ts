import type { Client, Grant, KoaContextWithOIDC } from 'oidc-provider';
import { STANDARD_CLAIMS } from '../kernel/standard-claims.ts';
import { isFirstParty } from './metadata.ts';

export interface Wanted {
  readonly scopes: readonly string[];
  /** Single claims (OpenID Connect Core section 5.5). */
  readonly claims: readonly string[];
  /** Scopes by resource indicator (RFC 8707). */
  readonly resources: readonly (readonly [indicator: string, scopes: readonly string[]])[];
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const wantedBy = ({ oidc }: KoaContextWithOIDC, grant: Grant | undefined): Wanted => {
  const granted = words(grant?.getOIDCScopeEncountered() ?? '');
  const resources = Object.entries(oidc.resourceServers ?? {}).map(([indicator, server]) => {
    const known = words(grant?.getResourceScopeEncountered(indicator) ?? '');
    const scopes = [...oidc.requestParamScopes].filter((scope) => server.scopes.has(scope) && !known.has(scope));
    return [indicator, scopes] as const;
  });
  const claims = new Set(grant?.getOIDCClaimsEncountered());
  return {
    claims: [...oidc.requestParamClaims].filter(
      (claim) => !claims.has(claim) && !STANDARD_CLAIMS.openid.includes(claim),
    ),
    scopes: [...oidc.requestParamOIDCScopes].filter((scope) => !granted.has(scope)),
    resources: resources.filter(([, scopes]) => scopes.length > 0),
  };
};

/**
 * Adds what is wanted to a grant.
 *
 * @param epoch that of the sign-in which the grant comes from
 * @param lifetime of a new grant, in seconds
 */
export const saveGrant = async (grant: Grant, wanted: Wanted, epoch: unknown, lifetime: number): Promise<Grant> => {
  if (wanted.scopes.length > 0) grant.addOIDCScope([...wanted.scopes]);
  if (wanted.claims.length > 0) grant.addOIDCClaims([...wanted.claims]);
  for (const [indicator, scopes] of wanted.resources) grant.addResourceScope(indicator, [...scopes]);
  Object.assign(grant, { epoch, expiresIn: lifetime });
  await grant.save();
  return grant;
};

/**
 * The grant of this session to this app. For the organisation's own apps the organisation has consented: their grant
 * is made when first needed, and written again only when they ask for more.
 */
export const grantLoader =
  (lifetime: (client: Client) => number) =>
  async (ctx: KoaContextWithOIDC): Promise<Grant | undefined> => {
    const { client, session, account, provider, result } = ctx.oidc;
    if (!client || !session || !account) return undefined;
    const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
    const grant = grantId === undefined ? undefined : await provider.Grant.find(grantId);
    if (!isFirstParty(client)) return grant;
    const wanted = wantedBy(ctx, grant);
    if (grant && wanted.scopes.length + wanted.claims.length + wanted.resources.length === 0) return grant;
    const { accountId } = account;
    const ours = grant ?? new provider.Grant({ accountId, clientId: client.clientId });
    return saveGrant(ours, wanted, Reflect.get(session, 'epoch'), lifetime(client));
  };
