import { createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { randomId } from '../kernel/random.ts';
import type { Random } from '../kernel/random.ts';
import { openUnder, sealUnder } from '../kernel/sealing.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { defineCollection } from '../store/port.ts';
import type { Stored } from '../store/port.ts';

/** For each person the key under which the log keeps what is personal of them; `id` is the person's. */
export const auditKeys = defineCollection({
  name: 'auditKeys',
  shape: z.strictObject({
    id: z.string(),
    /** Names the key: a person whose log was erased gets another one. */
    keyId: z.string().exactOptional(),
    /** 32 random bytes, under the master key. */
    sealed: z.string().exactOptional(),
    /** Nothing personal of events up to this time is kept (epoch milliseconds). */
    erasedAt: z.number().exactOptional(),
    /** When the person was deleted; what is personal is erased a while later. */
    deletedAt: z.number().exactOptional(),
  }),
  indexes: { deletedAt: { on: ['deletedAt'] } },
});

export type PersonKeyRow = z.infer<typeof auditKeys.shape>;

export interface PersonKey {
  readonly id: string;
  readonly key: KeyObject;
}

const KEY_BYTES = 32;

const purpose = (person: string): string => `audit key of ${person}`;

export const newPersonKey = (
  secrets: Secrets,
  random: Random,
  person: string,
): { readonly key: PersonKey; readonly row: { readonly keyId: string; readonly sealed: string } } => {
  const bytes = random.bytes(KEY_BYTES);
  const keyId = randomId(random);
  return {
    key: { id: keyId, key: createSecretKey(bytes) },
    row: { keyId, sealed: secrets.seal(purpose(person), bytes.toString('base64')) },
  };
};

/** The key in a row; undefined where it was destroyed. Throws `secret_unreadable` under another master key. */
export const openPersonKey = (
  secrets: Secrets,
  { id, keyId, sealed }: PersonKeyRow | Stored<PersonKeyRow>,
): PersonKey | undefined =>
  keyId === undefined || sealed === undefined
    ? undefined
    : { id: keyId, key: createSecretKey(Buffer.from(secrets.open(purpose(id), sealed), 'base64')) };

/** `keyId.sealed`; the event is authenticated, so that no seal of one serves another. */
export const sealFor = ({ id, key }: PersonKey, random: Random, eventId: string, plain: string): string =>
  `${id}.${sealUnder(key, random, `audit event ${eventId}`, plain)}`;

/** Undefined where the key that sealed it is gone, or what was sealed was changed: `verify` tells which. */
export const openFor = (held: PersonKey | undefined, eventId: string, text: string): string | undefined => {
  const [keyId, sealed = ''] = text.split('.');
  if (!held || held.id !== keyId) return undefined;
  try {
    return openUnder(held.key, `audit event ${eventId}`, sealed);
  } catch {
    return undefined;
  }
};
