import Provider, { errors } from 'oidc-provider';
import type { ClientMetadata } from '../config/clients.ts';
import { configurationFor } from './configuration.ts';
import { toJwks } from './keys.ts';
import type { SigningKey } from './signing-key.ts';

/** Why oidc-provider would not take a client, in its own words; undefined where it would. */
export type ClientCheck = (metadata: ClientMetadata) => string | undefined;

export const clientCheck =
  (provider: Provider): ClientCheck =>
  (metadata) => {
    try {
      Reflect.construct(provider.Client, [metadata]);
      return undefined;
    } catch (error) {
      if (error instanceof errors.InvalidClientMetadata) return error.error_description ?? error.message;
      throw error;
    }
  };

const none = (): never => {
  throw new TypeError('this provider only judges clients');
};

/** For commands, which run beside the server: the same rules, with nothing behind them. */
export const clientCheckAlone = (issuer: string, keys: readonly SigningKey[]): ClientCheck => {
  const days = { accessToken: 1, authorizationCode: 1, clientCredentials: 1, deviceCode: 1, idToken: 1 };
  const lifetimes = {
    tokens: { ...days, jwtAccessToken: 1, refreshToken: 1 },
    signIn: {
      session: { idle: 1, max: 1 },
      interaction: 1,
      knownBrowser: 1,
      guard: { attempts: 1, pause: 1, longestPause: 1 },
    },
  };
  const configuration = configurationFor(
    {
      issuer,
      lifetimes,
      resources: [],
      locales: [],
      prompts: [],
      clock: { now: none },
      secrets: { seal: none, open: none, hash: none, matches: none },
      cookieSigner: { sign: none, verify: none, index: none },
      standing: none,
      claims: none,
      sendPage: none,
      wayBackOf: none,
      fetch: none,
      adapter: none,
    },
    toJwks(keys),
  );
  return clientCheck(new Provider(issuer, configuration));
};
