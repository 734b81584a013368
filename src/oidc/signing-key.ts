import { createHash, generateKeyPair, type JsonWebKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

export type Algorithm = 'RS256' | 'ES256' | 'EdDSA';

export interface SigningKey {
  readonly kid: string;
  readonly alg: Algorithm;
  /** `next` is published and signs nothing yet; `previous` signs nothing any more and is published still. */
  readonly state: 'next' | 'current' | 'previous';
  /** Since when it has been in this state, epoch milliseconds. */
  readonly since: number;
  /** Private JWK (RFC 7517). */
  readonly jwk: JsonWebKey;
}

const generate = promisify(generateKeyPair);

const pairs: Readonly<Record<Algorithm, () => Promise<{ privateKey: KeyObject }>>> = {
  RS256: () => generate('rsa', { modulusLength: 2048 }),
  ES256: () => generate('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generate('ed25519'),
};

export const ALGORITHMS = Object.keys(pairs) as readonly Algorithm[];

/** RFC 7638: the members that make the key, in lexical order. */
const thumbprint = ({ crv, e, kty, n, x, y }: JsonWebKey): string =>
  createHash('sha256')
    .update(JSON.stringify(kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y }))
    .digest('base64url');

export const makeSigningKey = async (
  alg: Algorithm,
  state: SigningKey['state'],
  since: number,
): Promise<SigningKey> => {
  const jwk = (await pairs[alg]()).privateKey.export({ format: 'jwk' });
  return { kid: thumbprint(jwk), alg, state, since, jwk };
};
