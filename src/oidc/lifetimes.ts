import type { Client, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { Config } from '../config/schema.ts';
import { DAY, type Clock } from '../kernel/clock.ts';

/** oidc-provider wants whole seconds, at least one. */
const seconds = (milliseconds: number): number => Math.max(1, Math.floor(milliseconds / 1000));

export type Lifetimes = Pick<Config, 'signIn' | 'tokens'>;

/** Life of everything oidc-provider gives out. */
export const lifetimes = ({ signIn, tokens }: Lifetimes, clock: Clock): NonNullable<Configuration['ttl']> => {
  const { session } = signIn;

  return {
    AccessToken: (_ctx, token) => seconds(token.resourceServer ? tokens.jwtAccessToken : tokens.accessToken),
    ClientCredentials: (_ctx, token) =>
      seconds(token.resourceServer ? tokens.jwtAccessToken : tokens.clientCredentials),
    AuthorizationCode: seconds(tokens.authorizationCode),
    DeviceCode: seconds(tokens.deviceCode),
    IdToken: seconds(tokens.idToken),
    Interaction: seconds(signIn.interaction),

    /** Each use replaces it for as long again; what a public client cannot prove to be its own keeps its first end. */
    RefreshToken: (ctx: KoaContextWithOIDC, token, client: Client) => {
      const rotated = ctx.oidc.entities.RotatedRefreshToken;
      const unbound = client.clientAuthMethod === 'none' && !token.isSenderConstrained();
      return rotated && unbound ? Math.max(1, rotated.remainingTTL) : seconds(tokens.refreshToken);
    },

    /** Idle time, but never beyond the longest time since the sign-in. */
    Session: (_ctx, { loginTs }) => {
      if (loginTs === undefined) return seconds(session.idle);
      return seconds(Math.min(session.idle, loginTs * 1000 + session.max - clock.now()));
    },

    // The least that a grant lives; `grantLifetime` gives the rest.
    Grant: seconds(session.max),
  };
};

const YEAR = 365 * DAY;

/** Seconds that a grant lives. No token outlives it, so one that is refreshed again and again needs a long one. */
export const grantLifetime = ({ signIn, tokens }: Lifetimes, client: Client): number =>
  seconds(client.grantTypeAllowed('refresh_token') ? YEAR : signIn.session.max + tokens.accessToken);
