import type { Store } from '../store/port.ts';
import type { AuditEvent } from './event.ts';
import { listEvents } from './listing.ts';

/** Something that happened to somebody, as far as it is theirs to read. */
export interface PastEvent extends Pick<AuditEvent, 'type' | 'result' | 'method' | 'address' | 'agent'> {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The log as one person may look at it: what it says about them. */
export interface History {
  /** The latest of these types, the newest first; what lies behind thousands of others is not looked for. */
  of(subject: string, types: ReadonlySet<string>, most: number): Promise<readonly PastEvent[]>;
}

const PAGE = 200;
/** Pages read at most: strangers who fail to sign in write much into the log of somebody. */
const MOST_PAGES = 10;

export const createHistory = (store: Store): History => ({
  async of(subject, types, most) {
    const found: PastEvent[] = [];
    let cursor: string | undefined;
    for (let left = MOST_PAGES; left > 0 && found.length < most; left -= 1) {
      const page = await listEvents(store, { subject }, { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
      found.push(...page.events.filter(({ type }) => types.has(type)));
      cursor = page.next;
      if (cursor === undefined) break;
    }
    return found.slice(0, most);
  },
});
