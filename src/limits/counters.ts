import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { change, defineCollection } from '../store/port.ts';
import type { Increment, Store } from '../store/port.ts';
import type { Limit, Limits } from './limit.ts';

/** One running window each; its id holds the limit's name and a keyed hash of whom or what it counts. */
export const counters = defineCollection({
  name: 'counters',
  shape: z.strictObject({ id: z.string(), count: z.int(), until: z.number() }),
  expiry: 'until',
});

type Counter = z.infer<typeof counters.shape>;

export const createLimits = (store: Store, clock: Clock, secrets: Secrets): Limits => {
  // Keys are typed names and addresses: hashed, so that the counters do not become a list of them.
  const idOf = (limit: Limit, key: string): string => `${limit.name}.${secrets.hash(`limit ${limit.name}`, key)}`;

  const one = (limit: Limit, id: string): Increment<Counter> => ({
    field: 'count',
    cap: limit.cap,
    initial: { id, count: 0, until: clock.now() + limit.window },
  });

  return {
    async spend(limit, key) {
      const id = idOf(limit, key);
      return (await store.increment(counters, id, one(limit, id))) !== undefined;
    },

    async spent(limit, key) {
      const counter = await store.get(counters, idOf(limit, key));
      return counter ? { count: Math.max(0, counter.count), until: counter.until } : { count: 0 };
    },

    spending(limit, key) {
      const id = idOf(limit, key);
      return change.increment(counters, id, one(limit, id));
    },

    returning(limit, key) {
      const id = idOf(limit, key);
      // The window may have ended since: then there is nothing to give back, and the new counter begins at nothing.
      const initial = { id, count: 1, until: clock.now() + limit.window };
      return change.increment(counters, id, { field: 'count', by: -1, cap: limit.cap, initial });
    },

    clearing: (limit, key) => change.remove(counters, idOf(limit, key)),
  };
};
