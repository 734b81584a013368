import { errors, type Client, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import type { Resource } from './access-tokens.ts';

export const resourceServerInfo = (resources: readonly Resource[]) => {
  const known = new Map(resources.map((each) => [each.resource, each]));
  return (_ctx: KoaContextWithOIDC, indicator: string, _client: Client): ResourceServer => {
    const found = known.get(indicator);
    if (!found) throw new errors.InvalidTarget();
    return { scope: found.scope, audience: indicator, accessTokenFormat: found.format };
  };
};
