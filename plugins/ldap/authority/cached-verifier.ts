import { HOUR } from '../../../src/kernel/clock.ts';
import type { Account, Verification } from '../../../src/plugin.ts';
import { Conflict } from '../../../src/store/port.ts';
import { directoryLinks, writebacks } from '../collections.ts';
import type { DirectoryLink } from '../collections.ts';
import type { AuthorityParts } from './parts.ts';

/** Judges passwords by the last that was right, for some hours, while no server answers; only where it is asked for. */
export interface CachedVerifier {
  /** What it says of a password; undefined where it may say nothing. */
  verify(account: Account, password: string): Promise<Verification | undefined>;
  /** After a password that a server called right. */
  keep(account: Account, password: string, stamp: string | undefined): Promise<void>;
  /** After anything else that a server said of somebody. */
  forget(account: Account): Promise<void>;
}

export const createCachedVerifier = (parts: AuthorityParts): CachedVerifier => {
  const { config, store, clock, hashing } = parts;
  const { enabled, hours } = config.cachedVerifier;
  const lasting = hours * HOUR;

  const write = async (account: Account, next: (link: DirectoryLink) => DirectoryLink): Promise<void> => {
    const link = await store.get(directoryLinks, account.id);
    if (!link) return;
    try {
      await store.swap(directoryLinks, { ...next(link), version: link.version });
    } catch (error) {
      // Something newer is known of them; the next sign-in keeps it.
      if (!(error instanceof Conflict)) throw error;
    }
  };

  return {
    async verify(account, password) {
      if (!enabled || !account.active) return undefined;
      const { cached } = (await store.get(directoryLinks, account.id)) ?? {};
      if (!cached || cached.until <= clock.now()) return undefined;
      // It may have been replaced by one that is being written.
      if (await store.get(writebacks, account.id)) return undefined;
      // Wrong, though a server might know better: were it left open, nothing would count who guesses during an outage.
      return (await hashing.verify(cached.hash, password)) ? { outcome: 'right' } : { outcome: 'wrong' };
    },

    async keep(account, password, stamp) {
      if (!enabled) return;
      const { cached } = (await store.get(directoryLinks, account.id)) ?? {};
      const until = clock.now() + lasting;
      const same = cached !== undefined && cached.stamp === stamp && stamp !== undefined;
      // Hashing costs more than the bind: the same password is hashed once, and its time is not written every minute.
      if (same && cached.until > until - lasting / 2) return;
      const hash = same ? cached.hash : await hashing.hash(password);
      await write(account, (link) => ({ ...link, cached: { hash, until, ...(stamp === undefined ? {} : { stamp }) } }));
    },

    async forget(account) {
      if (!enabled) return;
      const { cached } = (await store.get(directoryLinks, account.id)) ?? {};
      if (cached) await write(account, ({ cached: _, ...rest }) => rest);
    },
  };
};
