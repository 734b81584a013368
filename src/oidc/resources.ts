import { errors, type Client, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';

/** An API that access tokens may be meant for (RFC 8707). */
export interface Resource {
  /** Absolute URI, as clients name it and as `aud` of its tokens. */
  readonly resource: string;
  /** Scopes of its own, separated by spaces. */
  readonly scope: string;
  /** `jwt` (RFC 9068) is verified by the API itself and cannot be called back, `opaque` is introspected. */
  readonly format: 'jwt' | 'opaque';
}

export const resourceServerInfo = (resources: readonly Resource[]) => {
  const known = new Map(resources.map((each) => [each.resource, each]));
  return (_ctx: KoaContextWithOIDC, indicator: string, _client: Client): ResourceServer => {
    const found = known.get(indicator);
    if (!found) throw new errors.InvalidTarget();
    return { scope: found.scope, audience: indicator, accessTokenFormat: found.format };
  };
};
