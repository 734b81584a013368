import { createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { AppError } from './errors.ts';
import type { Random } from './random.ts';
import { openUnder, sealUnder } from './sealing.ts';

/** What the master key is good for. Every use names its purpose, so that a value of one cannot serve another. */
export interface Secrets {
  /** AES-256-GCM under the newest key; `purpose` is authenticated, not stored. Gives `keyId.base64url`. */
  seal(purpose: string, plain: string): string;
  /** Opens what `seal` made under any key of the ring. Throws `secret_unreadable`. */
  open(purpose: string, sealed: string): string;
  /** Keyed SHA-256 in base64url: how codes, tokens and typed names rest in the store. Stable over key rotation. */
  hash(purpose: string, value: string): string;
  /** Compares a value with a hash of `hash` in constant time. */
  matches(purpose: string, value: string, hash: string): boolean;
}

/** A master key: 32 bytes with a short name. */
export interface MasterKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

// Key objects are made once: given bytes, each HMAC or cipher would make its own, at 50 µs instead of 8.
const derive = (key: Uint8Array, use: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', key, '', `latchkey ${use}`, 32)));

/**
 * @param keys newest first; the last opens what the others no longer seal
 * @param hashKey 32 bytes under which look-up hashes are made; it is itself kept sealed, and never rotates
 */
export const openSecrets = (
  keys: readonly [MasterKey, ...MasterKey[]],
  hashKey: Uint8Array,
  random: Random,
): Secrets => {
  const sealing = new Map(keys.map((key) => [key.id, derive(key.bytes, 'seal')]));
  const newest = keys[0].id;

  const keyFor = (id: string): KeyObject => {
    const key = sealing.get(id);
    if (!key) throw new AppError('secret_unreadable', `no master key named ${JSON.stringify(id)} is loaded`);
    return key;
  };

  const lookUpKey = createSecretKey(hashKey);
  const hash = (purpose: string, value: string): string =>
    createHmac('sha256', lookUpKey).update(`${purpose}\0${value}`).digest('base64url');

  return {
    seal(purpose, plain) {
      return `${newest}.${sealUnder(keyFor(newest), random, purpose, plain)}`;
    },

    open(purpose, sealed) {
      const [id = '', encoded = ''] = sealed.split('.');
      const key = keyFor(id);
      try {
        return openUnder(key, purpose, encoded);
      } catch (cause) {
        throw new AppError('secret_unreadable', `a value sealed for ${purpose} does not open with master key ${id}`, {
          cause,
        });
      }
    },

    hash,

    matches(purpose, value, expected) {
      const given = Buffer.from(hash(purpose, value));
      const known = Buffer.from(expected);
      return given.length === known.length && timingSafeEqual(given, known);
    },
  };
};
