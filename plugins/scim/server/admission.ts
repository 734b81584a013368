import { lineOf } from '../../../src/kernel/network.ts';
import type { Call, Host } from '../../../src/plugin.ts';
import { bearerIn, clientOf } from '../clients/authentication.ts';
import { sourceOf } from '../clients/client.ts';
import type { Asker, Client, TypeName } from '../clients/client.ts';
import { createRate } from '../clients/rates.ts';
import type { ScimConfig } from '../config.ts';
import type { ScimError } from '../schema/scim-error.ts';
import { ScimFault } from './faults.ts';

const REALM = 'Bearer realm="scim"';

const tooMany = (seconds: number): ScimError =>
  new ScimFault(429, 'too many requests: try again later', { 'Retry-After': String(seconds) });

/** RFC 6750 section 3: what is wrong is said of a token alone, not to whoever showed none. */
const unauthorized = (token: string | undefined): ScimError =>
  new ScimFault(401, 'a valid bearer token is needed', {
    'WWW-Authenticate': token === undefined ? REALM : `${REALM}, error="invalid_token"`,
  });

const insufficient = (detail: string): ScimError =>
  new ScimFault(403, detail, { 'WWW-Authenticate': `${REALM}, error="insufficient_scope"` });

/** Throws `ScimError` 403. */
export const mustWrite = ({ access }: Client): void => {
  if (access !== 'write') throw insufficient('the token is for reading only');
};

/** Throws `ScimError` 403. */
export const mustSee = ({ types }: Client, type: TypeName): void => {
  if (!types.has(type)) throw insufficient(`the token is not for resources of the type ${type}`);
};

/** Lets a call in by its token, at the rate that its client may ask. Throws `ScimError` 401, 429. */
export const createAdmission = (
  host: Pick<Host, 'issuer' | 'store' | 'secrets' | 'clock' | 'accessTokens'>,
  config: ScimConfig,
): ((call: Call) => Promise<Asker>) => {
  const asked = createRate(config.requestsPerMinute, host.clock);
  const failed = createRate(config.failuresPerMinute, host.clock);

  return async (call) => {
    const token = bearerIn(call.header('authorization'));
    const client = token === undefined ? undefined : await clientOf(host, config, token);
    if (!client) {
      // Only those who fail are counted by their address: a stranger behind the same one stops no client.
      const seconds = failed(lineOf(call.address));
      throw seconds === undefined ? unauthorized(token) : tooMany(seconds);
    }
    const seconds = asked(client.name);
    if (seconds !== undefined) throw tooMany(seconds);
    const { address, agent, correlation } = call;
    return { client, by: { actor: sourceOf(client), address, agent, correlation } };
  };
};
