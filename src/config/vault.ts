import { z } from 'zod';
import { AppError } from '../kernel/errors.ts';
import type { Random } from '../kernel/random.ts';
import { openSecrets } from '../kernel/secrets.ts';
import type { MasterKey, Secrets } from '../kernel/secrets.ts';
import { Conflict, defineCollection } from '../store/port.ts';
import type { Store } from '../store/port.ts';

/** Secrets that belong to the store rather than to a node: every node of a cluster opens the same ones. */
export const vault = defineCollection({
  name: 'vault',
  shape: z.strictObject({ id: z.string(), sealed: z.string() }),
});

const HASH_KEY = 'hashKey';
const HASH_KEY_BYTES = 32;
const PURPOSE = 'vault hash key';

const sealedIn = async (store: Store, id: string, made: () => string): Promise<string> => {
  const found = await store.get(vault, id);
  if (found) return found.sealed;
  try {
    const { sealed } = await store.insert(vault, { id, sealed: made() });
    // What is made with it, such as hashes, must never outlive it.
    await store.durable();
    return sealed;
  } catch (error) {
    // Another node was first.
    if (error instanceof Conflict) return sealedIn(store, id, made);
    throw error;
  }
};

/**
 * A secret that is made once for this store, and opened from then on.
 *
 * @param id names it, and what it is for
 * @throws AppError `secret_unreadable`
 */
export const madeOnce = async (secrets: Secrets, store: Store, id: string, made: () => string): Promise<string> => {
  const purpose = `vault ${id}`;
  return secrets.open(purpose, await sealedIn(store, id, () => secrets.seal(purpose, made())));
};

/**
 * Opens the secrets of this store. The key of look-up hashes is made on the first start and kept here, sealed.
 *
 * @param keys newest first
 * @throws AppError `secret_unreadable` when the store was sealed under another master key
 */
export const unlockSecrets = async (
  keys: readonly [MasterKey, ...MasterKey[]],
  store: Store,
  random: Random,
): Promise<Secrets> => {
  const sealing = openSecrets(keys, new Uint8Array(HASH_KEY_BYTES), random);
  const sealed = await sealedIn(store, HASH_KEY, () =>
    sealing.seal(PURPOSE, random.bytes(HASH_KEY_BYTES).toString('base64')),
  );
  try {
    return openSecrets(keys, Buffer.from(sealing.open(PURPOSE, sealed), 'base64'), random);
  } catch (cause) {
    const sentence = 'the master key is not the one that this store was sealed under: give the key it was begun with';
    throw new AppError('secret_unreadable', sentence, { cause });
  }
};
