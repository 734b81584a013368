import { z } from 'zod';
import type { Audit } from '../audit/event.ts';
import { DAY, HOUR, type Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Job } from '../kernel/schedule.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { change, Conflict, defineCollection, type Store, type Stored } from '../store/port.ts';
import { ALGORITHMS, makeSigningKey, type SigningKey } from './signing-key.ts';

/** All signing keys in one document, so that nodes that start at once agree on one set and rotate it as one. */
export const keySets = defineCollection({
  name: 'keySets',
  shape: z.strictObject({ id: z.string(), sealed: z.string() }),
});

type KeySet = Stored<z.infer<typeof keySets.shape>>;

const ID = 'signing';
const PURPOSE = 'signing keys';

/** How long apps may go on with the keys they read last: a key signs only after it was published for so long. */
export const PUBLISHED_AHEAD = DAY;

/** What a key signed last may be shown as `id_token_hint` for as long as sessions live, and a good deal longer. */
const PUBLISHED_AFTER = 30 * DAY;

export interface KeyParts {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly audit: Audit;
}

const open = (secrets: Secrets, set: KeySet): readonly SigningKey[] =>
  JSON.parse(secrets.open(PURPOSE, set.sealed)) as SigningKey[];

const seal = (secrets: Secrets, keys: readonly SigningKey[]) => ({
  id: ID,
  sealed: secrets.seal(PURPOSE, JSON.stringify(keys)),
});

const make = (state: SigningKey['state'], now: number): Promise<SigningKey[]> =>
  Promise.all(ALGORITHMS.map((alg) => makeSigningKey(alg, state, now)));

/**
 * The signing keys; the first are made where there are none, and the next ones by {@link nextKeysJob}, since an RSA key
 * takes a good part of a second. Throws `secret_unreadable` under another master key.
 */
export const loadKeys = async ({ store, secrets, clock, audit }: KeyParts): Promise<readonly SigningKey[]> => {
  const present = await store.get(keySets, ID);
  if (present) return open(secrets, present);
  const keys = await make('current', clock.now());
  try {
    await store.commit([
      change.insert(keySets, seal(secrets, keys)),
      audit.event({ type: 'keys.created', result: 'success', actor: 'system' }),
    ]);
    return keys;
  } catch (error) {
    const theirs = error instanceof Conflict ? await store.get(keySets, ID) : undefined;
    if (!theirs) throw error;
    return open(secrets, theirs);
  }
};

const hasNext = (keys: readonly SigningKey[]): boolean => keys.some(({ state }) => state === 'next');

/** Makes and publishes the keys that will sign after the present ones, where that was not done. */
export const nextKeysJob = (parts: KeyParts): Job => ({
  name: 'next-signing-keys',
  every: HOUR,
  async run() {
    const { store, secrets, clock } = parts;
    const before = await store.get(keySets, ID);
    if (!before) return false;
    const keys = open(secrets, before);
    if (hasNext(keys)) return false;
    const next = await make('next', clock.now());
    try {
      await store.swap(keySets, { ...seal(secrets, [...keys, ...next]), version: before.version });
    } catch (error) {
      // Another node was faster.
      if (!(error instanceof Conflict)) throw error;
    }
    return false;
  },
});

const moved = (keys: readonly SigningKey[], now: number): readonly SigningKey[] =>
  keys
    .filter(({ state, since }) => state !== 'previous' || since + PUBLISHED_AFTER > now)
    .map((key): SigningKey => {
      if (key.state === 'previous') return key;
      return { ...key, state: key.state === 'next' ? 'current' : 'previous', since: now };
    });

/**
 * Lets the next keys sign, and makes and publishes those after them.
 * Throws `forbidden` when they were not published long enough for every app to have seen them, unless `hurried`.
 */
export const rotateKeys = async (parts: KeyParts, hurried: boolean, actor: string): Promise<readonly SigningKey[]> => {
  const { store, secrets, clock, audit } = parts;
  const before = await store.get(keySets, ID);
  if (!before) return loadKeys(parts);
  const present = open(secrets, before);
  const now = clock.now();
  const keys = hasNext(present) ? present : [...present, ...(await make('next', now))];
  if (!hurried && keys.some(({ state, since }) => state === 'next' && since + PUBLISHED_AHEAD > now)) {
    throw new AppError('forbidden', 'the next keys have been published for less than a day');
  }
  const rotated = [...moved(keys, now), ...(await make('next', now))];
  await store.commit([
    change.swap(keySets, { ...seal(secrets, rotated), version: before.version }),
    audit.event({ type: 'keys.rotated', result: 'success', actor }),
  ]);
  return rotated;
};

const ORDER = { current: 0, next: 1, previous: 2 } as const;

/** The private JWK Set for oidc-provider, which signs with the first key of an algorithm and publishes all. */
export const toJwks = (keys: readonly SigningKey[]): { keys: Record<string, unknown>[] } => ({
  keys: keys
    .toSorted((a, b) => ORDER[a.state] - ORDER[b.state])
    .map(({ kid, alg, jwk }) => ({ ...jwk, kid, alg, use: 'sig' })),
});
