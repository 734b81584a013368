import { errors, type Account, type FindAccount, type KoaContextWithOIDC } from 'oidc-provider';
import { STANDARD_CLAIMS } from '../kernel/standard-claims.ts';
import type { StandingOf } from './lineage.ts';

/** OpenID Connect Core section 5.1 and `groups`; undefined for nobody. */
export type ClaimsOf = (accountId: string) => Promise<Readonly<Record<string, unknown>> | undefined>;

/** Claims that scopes stand for, by the scope that says what they are about. */
export const scopeOfClaim = (claim: string): string | undefined =>
  Object.entries(STANDARD_CLAIMS).find(([, claims]) => claims.includes(claim))?.[0];

const OF_THE_SIGN_IN: ReadonlySet<string> = new Set(STANDARD_CLAIMS.openid);

/**
 * An ID token names only the person unless its access token is of no use at the userinfo endpoint, or the app asked for
 * claims in it (OpenID Connect Core section 5.5).
 */
const onlyNamed = ({ oidc }: KoaContextWithOIDC, use: string, asked: object): boolean =>
  use === 'id_token' &&
  oidc.entities.AccessToken?.aud === undefined &&
  Object.keys(asked).every((claim) => OF_THE_SIGN_IN.has(claim));

export const accountFinder =
  (standing: StandingOf, claims: ClaimsOf): FindAccount =>
  async (ctx, sub, token): Promise<Account | undefined> => {
    if ((await standing(sub))?.active !== true) {
      // Without a token this is an authorization request whose session ended a moment ago.
      if (token === undefined) throw new errors.LoginRequired();
      return undefined;
    }
    return {
      accountId: sub,
      claims: async (use, _scope, asked) => ({ ...(onlyNamed(ctx, use, asked) ? {} : await claims(sub)), sub }),
    };
  };
