import { z } from 'zod';
import type { Visit } from '../http/route.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { change, defineCollection, type Change, type Store } from '../store/port.ts';
import { and, eq } from '../store/query.ts';
import type { RememberedBrowsers } from './sign-ins.ts';

/** Browsers in which a person proved a second factor and wants to be left alone for a while, for one epoch of theirs. */
export const rememberedBrowsers = defineCollection({
  name: 'rememberedBrowsers',
  shape: z.strictObject({
    id: z.string(),
    accountId: z.string(),
    epoch: z.int(),
    address: z.string(),
    agent: z.string(),
    since: z.number(),
    expiresAt: z.number(),
  }),
  indexes: { account: { on: ['accountId', 'since'] } },
  expiry: 'expiresAt',
});

interface Somebody {
  readonly id: string;
  readonly epoch: number;
}

export interface RememberedMemory extends RememberedBrowsers {
  /** Commit it with the sign-in in which the second factor was proved. */
  remembering(visit: Visit<unknown>, account: Somebody, until: number): readonly Change[];
}

const MOST = 1000;

export const createRememberedBrowsers = (store: Store, secrets: Secrets, clock: Clock): RememberedMemory => {
  const idOf = (browser: string, { id, epoch }: Somebody): string =>
    secrets.hash('remembered browser', `${browser}\0${id}\0${String(epoch)}`);

  return {
    remembering({ browser, address, agent }, account, until) {
      const id = idOf(browser, account);
      const { id: accountId, epoch } = account;
      const since = clock.now();
      return [
        change.remove(rememberedBrowsers, id),
        change.insert(rememberedBrowsers, { id, accountId, epoch, address, agent, since, expiresAt: until }),
      ];
    },

    async remembers(browser, account) {
      return (await store.get(rememberedBrowsers, idOf(browser, account))) !== undefined;
    },

    async list({ id: accountId, epoch }) {
      const theirs = and(eq('accountId', accountId), eq('epoch', epoch));
      const sort = [{ path: 'since', descending: true }];
      const { docs } = await store.find(rememberedBrowsers, theirs, { sort });
      return docs.map(({ id, agent, address, since, expiresAt: until }) => ({ id, agent, address, since, until }));
    },

    async forgetting(accountId, id) {
      const { docs } = await store.find(rememberedBrowsers, eq('accountId', accountId), { limit: MOST });
      const meant = docs.filter((row) => id === undefined || row.id === id);
      return meant.map((row) => change.remove(rememberedBrowsers, row.id));
    },
  };
};
