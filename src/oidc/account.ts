import { errors, type Account, type FindAccount, type KoaContextWithOIDC } from 'oidc-provider';
import type { StandingOf } from './lineage.ts';

/** OpenID Connect Core section 5.1 and `groups`; undefined for nobody. */
export type ClaimsOf = (accountId: string) => Promise<Readonly<Record<string, unknown>> | undefined>;

/** Claims by scope (OpenID Connect Core section 5.4), and what every ID token tells of the sign-in itself. */
export const CLAIMS = {
  openid: ['sub', 'acr', 'amr', 'auth_time'],
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  groups: ['groups'],
};

/** An ID token names only the person unless its access token is of no use at the userinfo endpoint. */
const onlyNamed = ({ oidc }: KoaContextWithOIDC, use: string): boolean =>
  use === 'id_token' && oidc.entities.AccessToken?.aud === undefined;

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
      claims: async (use) => ({ ...(onlyNamed(ctx, use) ? {} : await claims(sub)), sub }),
    };
  };
