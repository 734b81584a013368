import { SECOND } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Store } from '../store/port.ts';
import { ge } from '../store/query.ts';
import { auditEvents } from './record.ts';
import type { StoredEvent } from './record.ts';

/** Events are committed a little after they were made: what comes later than this is missed by those who follow. */
const LATE = 10 * SECOND;
const AT_ONCE = 1000;

/**
 * What was written since it was last asked, the oldest first: an event once, and as soon as it is there. For people who
 * watch; whoever must miss nothing takes what is chained.
 */
export const following = (store: Pick<Store, 'find'>, clock: Clock): (() => Promise<readonly StoredEvent[]>) => {
  const begun = clock.now();
  let seen = new Map<string, number>();
  return async () => {
    const since = Math.max(begun, clock.now() - LATE);
    const events: StoredEvent[] = [];
    let cursor: string | undefined;
    do {
      const page = { sort: [{ path: 'at' }], limit: AT_ONCE, ...(cursor === undefined ? {} : { cursor }) };
      const found = await store.find(auditEvents, ge('at', since), page);
      events.push(...found.docs.filter(({ id }) => !seen.has(id)));
      cursor = found.next;
    } while (cursor !== undefined);
    seen = new Map([...seen, ...events.map(({ id, at }) => [id, at] as const)].filter(([, at]) => at >= since));
    return events;
  };
};
