import type { Client } from 'oidc-provider';

/** Names of ours among client metadata. */
export const OWN_METADATA = ['first_party', 'require_pkce'];

/** Types are checked where clients come in (`config/clients.ts`); a value of another type counts as unset. */
const flag = (client: Client, name: string): boolean | undefined => {
  const value: unknown = Reflect.get(client, name);
  return typeof value === 'boolean' ? value : undefined;
};

/** One of the organisation's own: people are not asked whether it may know them. */
export const isFirstParty = (client: Client): boolean => flag(client, 'first_party') === true;

/** RFC 9700 section 2.1.1. A public client has nothing else that ties the code to it, whatever its metadata say. */
export const needsPkce = (client: Client): boolean =>
  client.clientAuthMethod === 'none' || flag(client, 'require_pkce') !== false;

/** What a content security policy calls the place that an address leads to: its origin, or its scheme. */
export const targetOf = (address: string): string | undefined => {
  const url = URL.parse(address);
  if (!url) return undefined;
  return url.origin === 'null' ? url.protocol : url.origin;
};

interface WayBackMetadata {
  readonly client_id: string;
  readonly client_name?: string | undefined;
  readonly client_uri?: string | undefined;
  readonly initiate_login_uri?: string | undefined;
  readonly redirect_uris?: readonly string[] | undefined;
}

/** Where someone stranded may go on. */
export interface WayBack {
  readonly name: string;
  readonly href?: string;
}

/** To a new sign-in where the app offers one (OpenID Connect Core section 4), else to its front page. */
export const wayBackTo = (client: WayBackMetadata): WayBack => {
  const [first] = client.redirect_uris ?? [];
  const origin = first === undefined ? undefined : URL.parse(first)?.origin;
  const href =
    client.initiate_login_uri ?? client.client_uri ?? (origin?.startsWith('http') === true ? origin : undefined);
  return { name: client.client_name ?? client.client_id, ...(href !== undefined && { href }) };
};
