import { MINUTE } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Job } from '../kernel/schedule.ts';
import { Conflict } from '../store/port.ts';
import type { Store, Stored } from '../store/port.ts';
import { and, eq, le } from '../store/query.ts';
import { memberships } from './group.ts';
import { tombstones } from './person.ts';
import type { Tombstone } from './person.ts';

const LEASE = 5 * MINUTE;

/** @param tombstone claimed by the caller; fails with `Conflict` `stale` where that has ended meanwhile */
const sweep = async (store: Store, tombstone: Stored<Tombstone>): Promise<Stored<Tombstone>> => {
  await store.removeAll(memberships, eq('group', tombstone.id));
  await store.removeAll(memberships, eq('member', tombstone.id));
  const { sweepAt: _, ...swept } = tombstone;
  return store.swap(tombstones, swept);
};

/**
 * Sweeps for somebody who was deleted and cannot wait for the job. Undefined while another does: what they became a
 * member of after both would be taken away as well. Throws `Conflict` `stale`.
 */
export const sweptNow = async (store: Store, clock: Clock, id: string): Promise<Stored<Tombstone> | undefined> => {
  const query = and(eq('id', id), le('sweepAt', clock.now()));
  const tombstone = await store.claim(tombstones, { query, lease: LEASE });
  return tombstone && sweep(store, tombstone);
};

/**
 * Takes away the memberships of deleted groups and people: too many for the commit that deleted them, or added while
 * it was on its way. Nobody can add one after it, and those that are left count for nothing meanwhile.
 */
export const sweepingJob = (store: Store, clock: Clock): Job => ({
  name: 'directory.sweeping',
  every: MINUTE,
  async run() {
    const query = le('sweepAt', clock.now());
    const tombstone = await store.claim(tombstones, { query, sort: [{ path: 'sweepAt' }], lease: LEASE });
    if (!tombstone) return false;
    try {
      await sweep(store, tombstone);
    } catch (error) {
      // The lease ended and another node sweeps as well: twice is as good as once.
      if (!(error instanceof Conflict)) throw error;
    }
    return true;
  },
});
