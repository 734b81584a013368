import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { change, defineCollection, type Change, type Store } from '../store/port.ts';
import { eq } from '../store/query.ts';
import type { KnownBrowsers } from './sign-ins.ts';

/** Browsers where a person signed in, one row for each epoch of theirs. */
export const knownBrowsers = defineCollection({
  name: 'knownBrowsers',
  shape: z.strictObject({
    id: z.string(),
    browser: z.string(),
    accountId: z.string(),
    epoch: z.int(),
    signIns: z.int(),
    expiresAt: z.number(),
  }),
  indexes: { browser: { on: ['browser'] }, account: { on: ['accountId', 'expiresAt'] } },
  expiry: 'expiresAt',
});

type KnownBrowser = z.infer<typeof knownBrowsers.shape>;

interface Known {
  readonly id: string;
  readonly epoch: number;
}

/** Those of one person beyond this are forgotten, longest unused first. */
const MOST = 50;

const MOST_FORGOTTEN_AT_ONCE = 10;

const MOST_PEOPLE_ASKED_FOR = 20;

export interface KnownBrowsersParts {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** Milliseconds for which a browser stays known after a sign-in. */
  readonly lifetime: number;
  /** Present epoch of a person; undefined for nobody. */
  epochOf(accountId: string): Promise<number | undefined>;
}

export interface BrowserMemory extends KnownBrowsers {
  /** As `remembering`, and makes a known one stay longer, and room for a new one. */
  signedIn(browser: string, account: Known): Promise<readonly Change[]>;
}

export const createKnownBrowsers = (parts: KnownBrowsersParts): BrowserMemory => {
  const { store, secrets, clock, lifetime, epochOf } = parts;

  const idOf = (browser: string, { id, epoch }: Known): string =>
    secrets.hash('known browser', `${browser}\0${id}\0${String(epoch)}`);

  const fresh = (browser: string, account: Known, signIns: number): KnownBrowser => ({
    id: idOf(browser, account),
    browser,
    accountId: account.id,
    epoch: account.epoch,
    signIns,
    expiresAt: clock.now() + lifetime,
  });

  const remembering = (browser: string, account: Known): Change =>
    change.increment(knownBrowsers, idOf(browser, account), {
      field: 'signIns',
      cap: Number.MAX_SAFE_INTEGER,
      initial: fresh(browser, account, 0),
    });

  const makingRoom = async (accountId: string): Promise<readonly Change[]> => {
    const theirs = eq('accountId', accountId);
    // Counted in the index first: whoever comes with a new browser each time would have all fifty read for one.
    const tooMany = (await store.count(knownBrowsers, theirs)) - (MOST - 1);
    if (tooMany <= 0) return [];
    const longestUnused = { sort: [{ path: 'expiresAt' }], limit: Math.min(tooMany, MOST_FORGOTTEN_AT_ONCE) };
    const { docs } = await store.find(knownBrowsers, theirs, longestUnused);
    return docs.map(({ id }) => change.remove(knownBrowsers, id));
  };

  return {
    remembering,

    async signedIn(browser, account) {
      const known = await store.get(knownBrowsers, idOf(browser, account));
      if (!known) return [...(await makingRoom(account.id)), remembering(browser, account)];
      const longer = { ...fresh(browser, account, known.signIns + 1), version: known.version };
      return [change.swap(knownBrowsers, longer)];
    },

    async knows(browser, accountId) {
      const epoch = await epochOf(accountId);
      if (epoch === undefined) return false;
      return (await store.get(knownBrowsers, idOf(browser, { id: accountId, epoch }))) !== undefined;
    },

    async people(browser) {
      const sort = [{ path: 'id' }];
      const { docs } = await store.find(knownBrowsers, eq('browser', browser), { sort, limit: MOST_PEOPLE_ASKED_FOR });
      const present = await Promise.all(docs.map(async (row) => (await epochOf(row.accountId)) === row.epoch));
      return docs.filter((_row, at) => present[at]).map(({ accountId }) => accountId);
    },

    async forgetting(accountId) {
      const { docs } = await store.find(knownBrowsers, eq('accountId', accountId), { limit: 1000 });
      return docs.map(({ id }) => change.remove(knownBrowsers, id));
    },
  };
};
