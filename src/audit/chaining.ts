import { SECOND } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Random } from '../kernel/random.ts';
import type { Job } from '../kernel/schedule.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { change, Conflict } from '../store/port.ts';
import type { Change, Store, Stored } from '../store/port.ts';
import { eq } from '../store/query.ts';
import { auditBatches, auditChain, batchId, BEFORE_ALL, CHAIN, nextBatch } from './batch.ts';
import type { ChainEnd } from './batch.ts';
import { auditEvents, FRESH } from './record.ts';
import type { StoredEvent } from './record.ts';
import { resealing } from './resealing.ts';
import { loadSigner } from './signer.ts';

export interface ChainParts {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Events of several processes are committed out of order by as much; what comes later still is chained later. */
const SETTLED_AFTER = 3 * SECOND;
/** One commit of so many writes stops SQLite for about ten milliseconds. */
const AT_ONCE = 200;
const LEASE = 30 * SECOND;

const claimEnd = async (store: Store): Promise<Stored<ChainEnd> | undefined> => {
  const claim = () => store.claim(auditChain, { query: eq('id', CHAIN), lease: LEASE });
  const claimed = await claim();
  if (claimed || (await store.get(auditChain, CHAIN))) return claimed;
  try {
    await store.insert(auditChain, BEFORE_ALL);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
  return claim();
};

const settled = async (
  { store, clock }: ChainParts,
  margin: number,
  limit: number,
): Promise<readonly Stored<StoredEvent>[]> => {
  const page = { sort: [{ path: 'id' }], limit };
  const { docs } = await store.find(auditEvents, eq('batch', FRESH), page);
  return docs.filter(({ at }) => at <= clock.now() - margin);
};

const commitBatch = async (parts: ChainParts, end: Stored<ChainEnd>, margin: number): Promise<number> => {
  const { store, secrets, clock } = parts;
  // Read anew under the lease: what was seen before it may be chained by now.
  const events = await settled(parts, margin, AT_ONCE);
  if (events.length === 0) {
    await store.swap(auditChain, end);
    return 0;
  }
  const { sealed, keys } = await resealing(parts, events);
  const batch = nextBatch(end, sealed, clock.now(), await loadSigner(store, secrets));
  const { sequence, total, at, hash } = batch;
  const changes: Change[] = [
    change.swap(auditChain, { ...end, sequence, total, at, hash }),
    ...keys,
    change.insert(auditBatches, batch),
    ...sealed.map((event, place) =>
      change.swap(auditEvents, { ...event, batch: batchId(sequence), version: events[place]?.version ?? 0 }),
    ),
  ];
  await store.commit(changes);
  return events.length;
};

/**
 * Chains the oldest events that no batch has yet; true when there may be more.
 *
 * @param margin milliseconds that an event must be old
 */
export const chainNext = async (parts: ChainParts, margin = SETTLED_AFTER): Promise<boolean> => {
  if ((await settled(parts, margin, 1)).length === 0) return false;
  const end = await claimEnd(parts.store);
  // Another node is at it.
  if (!end) return false;
  try {
    return (await commitBatch(parts, end, margin)) === AT_ONCE;
  } catch (error) {
    // A lease that ended, or a key that another wrote meanwhile: nothing was done, and the next round begins anew.
    if (!(error instanceof Conflict)) throw error;
    return false;
  }
};

/** Chains what was written, on whichever node comes first. */
export const chainingJob = (parts: ChainParts): Job => ({
  name: 'audit.chaining',
  every: 5 * SECOND,
  run: () => chainNext(parts),
});
