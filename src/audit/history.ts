import type { Secrets } from '../kernel/secrets.ts';
import type { Store } from '../store/port.ts';
import type { AuditEvent } from './event.ts';
import { createListing } from './listing.ts';

/** Something that happened to somebody, as far as it is theirs to read. */
export interface PastEvent extends Pick<AuditEvent, 'type' | 'result' | 'method' | 'reason' | 'address' | 'agent'> {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The log as one person may look at it: what it says about them. */
export interface History {
  /** The latest of these types, the newest first; what lies behind thousands of others is not looked for. */
  of(subject: string, types: ReadonlySet<string>, most: number): Promise<readonly PastEvent[]>;
}

export const createHistory = (store: Store, secrets: Secrets): History => {
  const listing = createListing(store, secrets);
  return {
    async of(subject, types, most) {
      const { events } = await listing.page({ subject, types }, { limit: most });
      return events;
    },
  };
};
