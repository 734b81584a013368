import { and, eq, everything, ge, lt } from '../store/query.ts';
import type { Query } from '../store/query.ts';
import type { Store } from '../store/port.ts';
import { auditEvents } from './log.ts';
import type { AuditRecord } from './log.ts';

export interface AuditFilter {
  readonly type?: string;
  readonly subject?: string;
  /** Epoch milliseconds, inclusive. */
  readonly since?: number;
  /** Epoch milliseconds, exclusive. */
  readonly until?: number;
}

export interface AuditPage {
  /** Newest first. */
  readonly events: readonly AuditRecord[];
  readonly next?: string;
}

const queryOf = ({ type, subject, since, until }: AuditFilter): Query => {
  const parts = [
    ...(type === undefined ? [] : [eq('type', type)]),
    ...(subject === undefined ? [] : [eq('subject', subject)]),
    ...(since === undefined ? [] : [ge('at', since)]),
    ...(until === undefined ? [] : [lt('at', until)]),
  ];
  return parts.length === 0 ? everything : and(...parts);
};

/** A page of the log, newest first; `cursor` is the `next` of the page before. */
export const listEvents = async (
  store: Store,
  filter: AuditFilter,
  page: { readonly limit?: number; readonly cursor?: string } = {},
): Promise<AuditPage> => {
  const found = await store.find(auditEvents, queryOf(filter), { ...page, sort: [{ path: 'at', descending: true }] });
  return {
    events: found.docs.map(({ version: _, ...event }) => event),
    ...(found.next === undefined ? {} : { next: found.next }),
  };
};
