import { systemClock } from '../../src/kernel/clock.ts';
import { openStore } from '../../src/store/open.ts';
import { change } from '../../src/store/port.ts';
import type { Store } from '../../src/store/port.ts';
import { eq } from '../../src/store/query.ts';
import { accounts, things } from './store-samples.ts';
import { outcome } from './store.ts';

/**
 * A process of its own on a store, for tests with several: run by `fork` with the store's URL and its own name. It says
 * `ready`, then does what it is sent and answers with the result.
 */
export interface Tally {
  readonly taken: number;
  readonly counted: readonly number[];
  readonly inserted: readonly string[];
  readonly claimed: readonly string[];
}

const ROUNDS = 10;

const each = <R>(call: (round: number) => Promise<R>): Promise<readonly R[]> =>
  Promise.all(Array.from({ length: ROUNDS }, (_, round) => call(round)));

/** Contends for the same documents as the other processes. */
const contend = async (store: Store, name: string): Promise<Tally> => {
  const taken = await each((round) => store.take(accounts, `take${String(round)}`));
  const counted = await each(() =>
    store.increment(accounts, 'count', { field: 'tries', cap: 25, initial: { id: 'count', tries: 0 } }),
  );
  const inserted = await each(async (round) => {
    const userName = `user${String(round)}`;
    return (await outcome(store.insert(accounts, { id: `${name}${String(round)}`, userName }))) === undefined
      ? [userName]
      : [];
  });
  const claimed = await each(() =>
    store.claim(accounts, { query: eq('state', 'waiting'), sort: [{ path: 'due' }], lease: 60_000 }),
  );
  return {
    taken: taken.filter((doc) => doc !== undefined).length,
    counted: counted.flatMap((doc) => doc?.tries ?? []),
    inserted: inserted.flat(),
    claimed: claimed.flatMap((doc) => doc?.id ?? []),
  };
};

/** Commits pairs for ever, one half in each collection, and tells of each pair once it is durable. */
const commitPairs = async (store: Store, name: string): Promise<never> => {
  for (let pair = 0; ; pair += 1) {
    const id = `${name}${String(pair)}`;
    await store.commit([
      change.insert(accounts, { id, userName: id }),
      change.insert(things, { id, name: 'pair' }),
      change.increment(accounts, 'count', {
        field: 'tries',
        cap: Number.MAX_SAFE_INTEGER,
        initial: { id: 'count', tries: 0 },
      }),
    ]);
    await store.durable();
    process.send?.(pair);
  }
};

const [url = '', name = ''] = process.argv.slice(2);
const store = await openStore({ url, collections: [accounts, things], migrations: [], clock: systemClock });

process.once('message', (what) => {
  const work = what === 'contend' ? contend(store, name) : commitPairs(store, name);
  void work.then(async (tally) => {
    await store.close();
    process.send?.(tally);
    process.disconnect();
  });
});
process.send?.('ready');
