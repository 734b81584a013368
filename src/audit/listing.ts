import { AppError } from '../kernel/errors.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { pagesOf } from '../store/port.ts';
import type { Found, Store } from '../store/port.ts';
import { and, eq, everything, ge, lt } from '../store/query.ts';
import type { Query } from '../store/query.ts';
import { createAuditReader } from './reader.ts';
import { auditEvents } from './record.ts';
import type { AuditRecord, StoredEvent } from './record.ts';

/** What events are looked for by; all that is given must hold. */
export interface AuditFilter {
  readonly type?: string;
  readonly types?: ReadonlySet<string>;
  readonly subject?: string;
  readonly actor?: string;
  readonly correlation?: string;
  readonly result?: string;
  /** Rests sealed: looked for by opening what all the rest leaves. */
  readonly address?: string;
  /** Epoch milliseconds, inclusive. */
  readonly since?: number;
  /** Epoch milliseconds, exclusive. */
  readonly until?: number;
}

export interface AuditPage {
  /** Newest first. */
  readonly events: readonly AuditRecord[];
  /** Where the next page begins; there is one also where little of what was looked at matches. */
  readonly next?: string;
}

export interface Listing {
  /** A page of the log, newest first; `cursor` is the `next` of the page before. */
  page(filter: AuditFilter, page?: { readonly limit?: number; readonly cursor?: string }): Promise<AuditPage>;
  /** All that matches, the oldest first, in pages of at most a thousand. */
  stream(filter: AuditFilter): AsyncGenerator<readonly AuditRecord[]>;
}

const INDEXED = ['correlation', 'subject', 'actor', 'type'] as const;
const READ_AT_ONCE = 200;
/** Pages read for one answer at most: strangers who fail to sign in write much into the log of somebody. */
const MOST_PAGES = 10;

/** What an index serves: one field, and the time. */
const queryOf = (filter: AuditFilter): Query => {
  const field = INDEXED.find((name) => filter[name] !== undefined);
  const { since, until } = filter;
  const parts = [
    ...(field === undefined ? [] : [eq(field, filter[field] ?? '')]),
    ...(since === undefined ? [] : [ge('at', since)]),
    ...(until === undefined ? [] : [lt('at', until)]),
  ];
  return parts.length === 0 ? everything : and(...parts);
};

const EQUAL = ['correlation', 'subject', 'actor', 'type', 'result'] as const;

const matches =
  (filter: AuditFilter) =>
  (event: StoredEvent): boolean =>
    (filter.types?.has(event.type) ?? true) &&
    EQUAL.every((name) => filter[name] === undefined || event[name] === filter[name]);

/** Where a page ended: the place of an event, which stays what it is while others are written. */
const placeOf = ({ at, id }: Pick<StoredEvent, 'at' | 'id'>): string => `${String(at)}.${id}`;

const placeAt = (cursor: string): { readonly at: number; readonly id: string } => {
  const [at = '', id = ''] = cursor.split('.');
  if (!/^\d+$/.test(at)) throw new AppError('bad_request', 'the place of a page is one that an earlier page gave');
  return { at: Number(at), id };
};

const after =
  (cursor: string | undefined) =>
  (event: StoredEvent): boolean => {
    if (cursor === undefined) return true;
    const { at, id } = placeAt(cursor);
    return event.at < at || (event.at === at && event.id < id);
  };

export const createListing = (store: Pick<Store, 'find' | 'get'>, secrets: Secrets): Listing => {
  const reader = createAuditReader(store, secrets);

  const chosen = async (filter: AuditFilter, docs: readonly StoredEvent[]): Promise<readonly AuditRecord[]> => {
    const opened = await reader.open(docs.filter(matches(filter)));
    return filter.address === undefined ? opened : opened.filter(({ address }) => address === filter.address);
  };

  return {
    async page(filter, { limit = 100, cursor } = {}) {
      const events: AuditRecord[] = [];
      const until = cursor === undefined ? filter.until : Math.min(filter.until ?? Infinity, placeAt(cursor).at + 1);
      const query = queryOf(until === undefined ? filter : { ...filter, until });
      let [from, last]: (string | undefined)[] = [];
      for (let left = MOST_PAGES; left > 0; left -= 1) {
        const found: Found<StoredEvent> = await store.find(auditEvents, query, {
          sort: [{ path: 'at', descending: true }],
          limit: Math.max(limit, READ_AT_ONCE),
          ...(from === undefined ? {} : { cursor: from }),
        });
        events.push(...(await chosen(filter, found.docs.filter(after(cursor)))));
        if (events.length > limit)
          return { events: events.slice(0, limit), next: placeOf(events[limit - 1] ?? { at: 0, id: '' }) };
        from = found.next;
        if (from === undefined) return { events };
        last = found.docs.map(placeOf).at(-1) ?? last;
      }
      return { events, ...(last === undefined ? {} : { next: last }) };
    },

    async *stream(filter) {
      for await (const docs of pagesOf(store, auditEvents, queryOf(filter), 'at')) yield await chosen(filter, docs);
    },
  };
};
