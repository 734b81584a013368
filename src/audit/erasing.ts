import { HOUR } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Job } from '../kernel/schedule.ts';
import { change, Conflict } from '../store/port.ts';
import type { Change, Store } from '../store/port.ts';
import { le } from '../store/query.ts';
import type { Audit } from './event.ts';
import { auditKeys } from './person-keys.ts';

/**
 * Destroys the key of what is personal of somebody up to now, and says so in the log. What is not chained yet loses it
 * when it is.
 *
 * @param actor who does it
 */
export const erasing = async (
  { store, clock, audit }: { readonly store: Pick<Store, 'get'>; readonly clock: Clock; readonly audit: Audit },
  person: string,
  actor: string,
): Promise<readonly Change[]> => {
  const row = await store.get(auditKeys, person);
  const erased = { id: person, erasedAt: clock.now() };
  return [
    row ? change.swap(auditKeys, { ...erased, version: row.version }) : change.insert(auditKeys, erased),
    audit.event({ type: 'audit.erased', result: 'success', subject: person, actor }),
  ];
};

export interface ErasureParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: Audit;
  /** Milliseconds after a deletion. */
  readonly after: number;
}

const AT_ONCE = 100;

/** Erases what is personal of people who were deleted, a while after it. */
export const erasureJob = (parts: ErasureParts): Job => ({
  name: 'audit.erasure',
  every: HOUR,
  async run() {
    const { store, clock, after } = parts;
    const { docs } = await store.find(auditKeys, le('deletedAt', clock.now() - after), { limit: AT_ONCE });
    for (const { id } of docs) {
      try {
        await store.commit(await erasing(parts, id, 'system'));
      } catch (error) {
        // Another node was faster, or an event of theirs is just being chained: the next round sees.
        if (!(error instanceof Conflict)) throw error;
      }
    }
    return docs.length === AT_ONCE;
  },
});
