import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export type Algorithm = 'ES256' | 'RS256' | 'EdDSA';

const COSE = { ES256: -7, RS256: -257, EdDSA: -8 } as const;

type Cbor = number | string | Buffer | ReadonlyMap<number | string, Cbor>;

const head = (major: number, length: number): Buffer => {
  const type = major << 5;
  if (length < 24) return Buffer.from([type | length]);
  if (length < 256) return Buffer.from([type | 24, length]);
  return Buffer.from([type | 25, length >> 8, length & 255]);
};

/** As much of CBOR (RFC 8949) as authenticators speak. */
export const cbor = (value: Cbor): Buffer => {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, inner]) => [cbor(key), cbor(inner)])]);
};

const makeKeys = (algorithm: Algorithm) => {
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return algorithm === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('rsa', { modulusLength: 2048 });
};

/** COSE_Key (RFC 9052 section 7, RFC 9053, RFC 8230). */
const coseKey = (algorithm: Algorithm, key: KeyObject): Buffer => {
  const jwk = key.export({ format: 'jwk' });
  const part = (name: 'x' | 'y' | 'n' | 'e'): Buffer => Buffer.from(jwk[name] ?? '', 'base64url');
  const alg = [3, COSE[algorithm]] as const;
  const parts: readonly (readonly [number, Cbor])[] = {
    ES256: [[1, 2], alg, [-1, 1], [-2, part('x')], [-3, part('y')]] as const,
    RS256: [[1, 3], alg, [-1, part('n')], [-2, part('e')]] as const,
    EdDSA: [[1, 1], alg, [-1, 6], [-2, part('x')]] as const,
  }[algorithm];
  return cbor(new Map(parts));
};

/** What an authenticator or browser would not do by itself. */
export interface Tricks {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  readonly userVerified?: boolean;
  readonly userPresent?: boolean;
  readonly counter?: number;
  readonly userHandle?: string | undefined;
  readonly algorithm?: Algorithm;
  /** Answers with a signature of its own over it, instead of none. */
  readonly attested?: boolean;
  readonly credential?: string;
}

export interface AuthenticatorTraits {
  readonly algorithm?: Algorithm;
  readonly transports?: readonly string[];
  /** Null where the browser does not say. */
  readonly attachment?: 'platform' | 'cross-platform' | null;
  readonly backupEligible?: boolean;
  readonly backedUp?: boolean;
  /** Whether it counts its signatures; those that are copied to other devices do not. */
  readonly counts?: boolean;
}

interface Kept {
  readonly id: string;
  readonly user: string;
  readonly algorithm: Algorithm;
  readonly privateKey: KeyObject;
  counter: number;
}

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();

interface CreationOptions {
  readonly challenge: string;
  readonly rp: { readonly id: string };
  readonly user: { readonly id: string };
}

interface RequestOptions {
  readonly challenge: string;
  readonly rpId: string;
  readonly allowCredentials: readonly { readonly id: string }[];
}

/** Browser and authenticator in one, in software: its answers are the bytes that real ones send (WebAuthn Level 3). */
export class Authenticator {
  readonly #origin: string;
  readonly #traits: AuthenticatorTraits;
  readonly #kept: Kept[] = [];

  constructor(origin: string, traits: AuthenticatorTraits = {}) {
    this.#origin = origin;
    this.#traits = traits;
  }

  /** Ids of what it keeps, in base64url. */
  get credentials(): readonly string[] {
    return this.#kept.map(({ id }) => id);
  }

  #clientData(type: string, challenge: string, tricks: Tricks): Buffer {
    return Buffer.from(
      JSON.stringify({
        type: tricks.type ?? type,
        challenge: tricks.challenge ?? challenge,
        origin: tricks.origin ?? this.#origin,
        crossOrigin: tricks.crossOrigin ?? false,
      }),
    );
  }

  #data(rpId: string, counter: number, tricks: Tricks, attested = Buffer.alloc(0)): Buffer {
    const { backupEligible = false, backedUp = false } = this.#traits;
    const flags =
      (tricks.userPresent === false ? 0 : 0x01) |
      (tricks.userVerified === false ? 0 : 0x04) |
      (backupEligible ? 0x08 : 0) |
      (backedUp ? 0x10 : 0) |
      (attested.length > 0 ? 0x40 : 0);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(tricks.counter ?? counter);
    return Buffer.concat([sha256(tricks.rpId ?? rpId), Buffer.from([flags]), count, attested]);
  }

  #sign({ algorithm, privateKey }: Pick<Kept, 'algorithm' | 'privateKey'>, data: Buffer): Buffer {
    return sign(algorithm === 'EdDSA' ? null : 'sha256', data, privateKey);
  }

  /** Answers `navigator.credentials.create`. */
  create(options: string, tricks: Tricks = {}): string {
    const { challenge, rp, user } = JSON.parse(options) as CreationOptions;
    const algorithm = tricks.algorithm ?? this.#traits.algorithm ?? 'ES256';
    const { privateKey, publicKey } = makeKeys(algorithm);
    const id = randomBytes(32);
    const kept: Kept = { id: id.toString('base64url'), user: user.id, algorithm, privateKey, counter: 0 };
    this.#kept.push(kept);
    const length = Buffer.from([0, id.length]);
    const attested = Buffer.concat([Buffer.alloc(16), length, id, coseKey(algorithm, publicKey)]);
    const authData = this.#data(rp.id, 0, tricks, attested);
    const clientDataJSON = this.#clientData('webauthn.create', challenge, tricks);
    const signed = Buffer.concat([authData, sha256(clientDataJSON)]);
    const statement = new Map<string, Cbor>([
      ['alg', COSE[algorithm]],
      ['sig', this.#sign(kept, signed)],
    ]);
    const object = new Map<string, Cbor>([
      ['fmt', tricks.attested ? 'packed' : 'none'],
      ['attStmt', tricks.attested ? statement : new Map()],
      ['authData', authData],
    ]);
    return JSON.stringify({
      id: kept.id,
      rawId: kept.id,
      type: 'public-key',
      authenticatorAttachment: this.#traits.attachment === undefined ? 'platform' : this.#traits.attachment,
      response: {
        clientDataJSON: clientDataJSON.toString('base64url'),
        attestationObject: cbor(object).toString('base64url'),
        transports: this.#traits.transports ?? ['internal'],
      },
      clientExtensionResults: { credProps: { rk: true } },
    });
  }

  /** Answers `navigator.credentials.get`, with the latest passkey that the options allow. */
  get(options: string, tricks: Tricks = {}): string {
    const { challenge, rpId, allowCredentials } = JSON.parse(options) as RequestOptions;
    const allowed = new Set(allowCredentials.map(({ id }) => id));
    const kept = this.#kept.findLast(({ id }) =>
      tricks.credential === undefined ? allowed.size === 0 || allowed.has(id) : id === tricks.credential,
    );
    if (!kept) throw new Error('no passkey here is asked for');
    if (this.#traits.counts !== false) kept.counter += 1;
    const authenticatorData = this.#data(rpId, kept.counter, tricks);
    const clientDataJSON = this.#clientData('webauthn.get', challenge, tricks);
    const signature = this.#sign(kept, Buffer.concat([authenticatorData, sha256(clientDataJSON)]));
    const userHandle = 'userHandle' in tricks ? tricks.userHandle : kept.user;
    return JSON.stringify({
      id: kept.id,
      rawId: kept.id,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      response: {
        clientDataJSON: clientDataJSON.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        signature: signature.toString('base64url'),
        ...(userHandle === undefined ? {} : { userHandle }),
      },
      clientExtensionResults: {},
    });
  }
}
