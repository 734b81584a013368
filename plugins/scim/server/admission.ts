import { lineOf } from '../../../src/kernel/network.ts';
import type { Call, Host } from '../../../src/plugin.ts';
import { bearerIn, createClientOf, personOf } from '../clients/authentication.ts';
import { sourceOf } from '../clients/client.ts';
import type { Asker, Client, TypeName } from '../clients/client.ts';
import { createRate, createSharedRate } from '../clients/rates.ts';
import type { ScimConfig } from '../config.ts';
import { ScimError } from '../schema/scim-error.ts';
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

/** A person who asks about themselves is nobody's client: no external id is theirs to see. */
const NOBODY: Client = { name: '', access: 'read', types: new Set(['User']) };

/** Lets calls in by their tokens, at the rate that whoever asks may ask. */
export interface Admission {
  /** Throws `ScimError` 401, 429. */
  program(call: Call): Promise<Asker>;
  /** Throws `ScimError` 401, 429, and 501 for a program, which has no resource of its own. */
  person(call: Call): Promise<Asker>;
}

export const createAdmission = (
  host: Pick<Host, 'issuer' | 'store' | 'secrets' | 'clock' | 'limits' | 'accessTokens'>,
  config: ScimConfig,
): Admission => {
  const clientOf = createClientOf(host, config);
  const asked = createSharedRate(host, 'scim.requests', config.requestsPerMinute);
  const failed = createRate(config.failuresPerMinute, host.clock);

  const strange = (call: Call, token: string | undefined): ScimError => {
    // Only those who fail are counted by their address: a stranger behind the same one stops no client.
    const seconds = failed(lineOf(call.address));
    return seconds === undefined ? unauthorized(token) : tooMany(seconds);
  };

  const counted = async (name: string): Promise<void> => {
    const seconds = await asked(name);
    if (seconds !== undefined) throw tooMany(seconds);
  };

  const from = ({ address, agent, correlation }: Call) => ({ address, agent, correlation });

  return {
    async program(call) {
      const token = bearerIn(call.header('authorization'));
      const client = token === undefined ? undefined : await clientOf(token);
      if (!client) throw strange(call, token);
      await counted(client.name);
      return { client, by: { actor: sourceOf(client), ...from(call) } };
    },

    async person(call) {
      const token = bearerIn(call.header('authorization'));
      const person = token === undefined ? undefined : await personOf(host, token);
      if (person !== undefined) {
        await counted(`person ${person}`);
        return { client: NOBODY, person, by: from(call) };
      }
      if (token === undefined || !(await clientOf(token))) throw strange(call, token);
      throw new ScimError(501, 'the token is that of a program, which is no resource here');
    },
  };
};
