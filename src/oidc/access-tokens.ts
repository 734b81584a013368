import type Provider from 'oidc-provider';

/** An API that access tokens may be meant for (RFC 8707). */
export interface Resource {
  /** Absolute URI, as clients name it and as `aud` of its tokens. */
  readonly resource: string;
  /** Scopes of its own, separated by spaces. */
  readonly scope: string;
  /** `jwt` (RFC 9068) is verified by the API itself and cannot be called back, `opaque` is introspected. */
  readonly format: 'jwt' | 'opaque';
}

/** What an opaque access token stands for. */
export interface AccessToken {
  readonly clientId: string;
  /** Whose it is; absent where a client got it for itself (RFC 6749 section 4.4). */
  readonly accountId?: string;
  readonly scopes: ReadonlySet<string>;
  /** The API it is meant for; absent for that of the provider itself (`/me`). */
  readonly resource?: string;
}

export interface AccessTokens {
  /**
   * Undefined for what is unknown, has expired or was revoked, for JWTs, which verify themselves, and for tokens that are
   * bound to a key (RFC 9449, RFC 8705): shown as a bearer token, they prove nothing.
   */
  find(token: string): Promise<AccessToken | undefined>;
}

type Found = InstanceType<Provider['AccessToken']> | InstanceType<Provider['ClientCredentials']>;

const told = (token: Found): AccessToken | undefined => {
  const { clientId, aud, scope = '' } = token;
  if (!token.isValid || token.isSenderConstrained() || clientId === undefined) return undefined;
  const resource = Array.isArray(aud) ? aud[0] : aud;
  return {
    clientId,
    scopes: new Set(scope.split(' ').filter((each) => each !== '')),
    ...('accountId' in token && { accountId: token.accountId }),
    ...(resource !== undefined && { resource }),
  };
};

export const createAccessTokens = (provider: () => Provider): AccessTokens => ({
  async find(token) {
    const { AccessToken, ClientCredentials } = provider();
    const found = (await AccessToken.find(token)) ?? (await ClientCredentials.find(token));
    return found && told(found);
  },
});
