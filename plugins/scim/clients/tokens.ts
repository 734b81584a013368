import { z } from 'zod';
import { HOUR } from '../../../src/kernel/clock.ts';
import { randomToken } from '../../../src/kernel/random.ts';
import type { Random } from '../../../src/kernel/random.ts';
import type { Secrets } from '../../../src/kernel/secrets.ts';
import type { Host } from '../../../src/plugin.ts';
import { change, Conflict, defineCollection } from '../../../src/store/port.ts';
import type { Change, Store, Stored } from '../../../src/store/port.ts';
import { eq } from '../../../src/store/query.ts';
import { typeNames } from '../config.ts';
import type { Client } from './client.ts';

/** Bearer tokens of clients. The id is the client's name with 1 or 2: a token and the one that takes its place. */
export const scimTokens = defineCollection({
  name: 'scimTokens',
  shape: z.strictObject({
    id: z.string(),
    /** Keyed hash of the token. */
    hash: z.string(),
    name: z.string(),
    access: z.enum(['read', 'write']),
    types: z.array(z.enum(typeNames)),
    createdAt: z.number(),
    expiresAt: z.number().exactOptional(),
    /** To the hour. */
    lastUsedAt: z.number().exactOptional(),
  }),
  indexes: { hash: { on: ['hash'], unique: true }, name: { on: ['name'] } },
  expiry: 'expiresAt',
});

export type ScimToken = z.infer<typeof scimTokens.shape>;

/** Begins each token: what is found in a repository or a log tells by it what it is. */
const PREFIX = 'lkscim_';

const hashOf = (secrets: Secrets, token: string): string => secrets.hash('scim token', token);

export const isScimToken = (token: string): boolean => token.startsWith(PREFIX);

export const SLOTS = [1, 2] as const;

/** A new token, which nobody can read again, and the change that makes it valid; fails where its place is taken. */
export const creatingToken = (
  { secrets, random }: { readonly secrets: Secrets; readonly random: Random },
  { slot, ...facts }: Omit<ScimToken, 'id' | 'hash' | 'lastUsedAt'> & { readonly slot: (typeof SLOTS)[number] },
): { readonly token: string; readonly id: string; readonly change: Change } => {
  const token = `${PREFIX}${randomToken(random)}`;
  const id = `${facts.name}.${String(slot)}`;
  return { token, id, change: change.insert(scimTokens, { ...facts, id, hash: hashOf(secrets, token) }) };
};

const noteUse = async (store: Store, token: Stored<ScimToken>, now: number): Promise<void> => {
  const hour = now - (now % HOUR);
  if (token.lastUsedAt === hour) return;
  try {
    await store.swap(scimTokens, { ...token, lastUsedAt: hour });
  } catch (error) {
    // Another request noted it, or it was revoked a moment ago: the answer to this one stands either way.
    if (!(error instanceof Conflict)) throw error;
  }
};

/** Whose token it is; undefined for what is unknown, expired or revoked. */
export type FindClient = (token: string) => Promise<Client | undefined>;

/** Remembers which record a token was of and nothing that the record says: it is read anew for each request. */
export const createFindClient = ({ store, secrets, clock }: Pick<Host, 'store' | 'secrets' | 'clock'>): FindClient => {
  const ids = new Map<string, string>();

  const remembered = async (hash: string): Promise<Stored<ScimToken> | undefined> => {
    const id = ids.get(hash);
    const token = id === undefined ? undefined : await store.get(scimTokens, id);
    if (token?.hash === hash) return token;
    ids.delete(hash);
    return undefined;
  };

  const sought = async (hash: string): Promise<Stored<ScimToken> | undefined> => {
    const { docs } = await store.find(scimTokens, eq('hash', hash), { limit: 1 });
    const [token] = docs;
    if (token) ids.set(hash, token.id);
    return token;
  };

  return async (token) => {
    const hash = hashOf(secrets, token);
    const known = (await remembered(hash)) ?? (await sought(hash));
    if (!known) return undefined;
    await noteUse(store, known, clock.now());
    return { name: known.name, access: known.access, types: new Set(known.types) };
  };
};
