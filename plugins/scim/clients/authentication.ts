import type { AccessToken, Host } from '../../../src/plugin.ts';
import type { ScimConfig } from '../config.ts';
import type { Client } from './client.ts';
import { createFindClient, isScimToken } from './tokens.ts';
import type { FindClient } from './tokens.ts';

/** Scope of access tokens for this API. */
export const SCOPE = 'scim';

/** The API as access tokens name it (RFC 8707). */
export const resourceOf = (issuer: string): string => `${issuer}/scim/v2`;

/** RFC 6750 section 2.1. */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** What the header offers, or undefined where it offers nothing that could be a token. */
export const bearerIn = (header: string | undefined): string | undefined => BEARER.exec(header?.trim() ?? '')?.[1];

type Parts = Pick<Host, 'issuer' | 'store' | 'secrets' | 'clock' | 'accessTokens'>;

/** What a token of our provider for this API stands for. */
const knownBy = async ({ issuer, accessTokens }: Parts, token: string): Promise<AccessToken | undefined> => {
  const known = await accessTokens?.find(token);
  return known?.resource === resourceOf(issuer) && known.scopes.has(SCOPE) ? known : undefined;
};

/** By a token of our provider, got for itself by a client that the operator named. */
const clientOfAccessToken = async (
  parts: Parts,
  { clients }: ScimConfig,
  token: string,
): Promise<Client | undefined> => {
  const known = await knownBy(parts, token);
  // What a person signed in for must not become the power to write everybody.
  if (!known || known.accountId !== undefined) return undefined;
  const named = clients.find(({ clientId }) => clientId === known.clientId);
  return named && { name: named.name, access: named.access, types: new Set(named.types) };
};

/** Whose token it is; undefined for what is unknown, expired, revoked or meant for something else. */
export const createClientOf = (parts: Parts, config: ScimConfig): FindClient => {
  const ofScimToken = createFindClient(parts);
  return (token) => (isScimToken(token) ? ofScimToken(token) : clientOfAccessToken(parts, config, token));
};

/** The id of the person who signed in for that token; undefined for what is nobody's own. */
export const personOf = async (parts: Parts, token: string): Promise<string | undefined> =>
  isScimToken(token) ? undefined : (await knownBy(parts, token))?.accountId;
