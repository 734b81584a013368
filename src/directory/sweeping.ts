import { MINUTE } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Job } from '../kernel/schedule.ts';
import { Conflict } from '../store/port.ts';
import type { Store } from '../store/port.ts';
import { eq, le } from '../store/query.ts';
import { memberships } from './group.ts';
import { tombstones } from './person.ts';

const LEASE = 5 * MINUTE;

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
    await store.removeAll(memberships, eq('group', tombstone.id));
    await store.removeAll(memberships, eq('member', tombstone.id));
    const { sweepAt: _, ...swept } = tombstone;
    try {
      await store.swap(tombstones, swept);
    } catch (error) {
      // The lease ended and another node sweeps as well: twice is as good as once.
      if (!(error instanceof Conflict)) throw error;
    }
    return true;
  },
});
