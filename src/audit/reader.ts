import type { Secrets } from '../kernel/secrets.ts';
import type { Store } from '../store/port.ts';
import { auditKeys, openFor, openPersonKey } from './person-keys.ts';
import type { PersonKey } from './person-keys.ts';
import type { AuditRecord, Personal, StoredEvent } from './record.ts';
import { openWritten } from './written.ts';

/** Looks into what the log keeps sealed. */
export interface AuditReader {
  /** Events with what is personal in them, where it was not erased. Reads one key for each person they tell of. */
  open(events: readonly StoredEvent[]): Promise<readonly AuditRecord[]>;
}

/** What is personal of nobody in particular rests under the master key, for as long as its event is kept. */
export const nobodysPurpose = (eventId: string): string => `audit event of nobody ${eventId}`;

export const createAuditReader = (store: Pick<Store, 'get'>, secrets: Secrets): AuditReader => {
  const keysOf = async (events: readonly StoredEvent[]): Promise<ReadonlyMap<string, PersonKey | undefined>> => {
    const people = new Set(events.flatMap(({ sealed = [] }) => sealed.flatMap(({ of }) => of ?? [])));
    const rows = await Promise.all([...people].map((id) => store.get(auditKeys, id)));
    return new Map(rows.flatMap((row) => (row ? [[row.id, openPersonKey(secrets, row)] as const] : [])));
  };

  const opened = (
    { written, sealed = [], ...event }: StoredEvent,
    keys: ReadonlyMap<string, PersonKey | undefined>,
  ): AuditRecord => {
    if (written !== undefined) return { ...event, ...openWritten(secrets, { ...event, written }) };
    const parts = sealed.map(({ of, text }) =>
      of === undefined ? secrets.open(nobodysPurpose(event.id), text) : openFor(keys.get(of), event.id, text),
    );
    return {
      ...event,
      ...parts.reduce<Personal>(
        (all, part) => (part === undefined ? all : { ...all, ...(JSON.parse(part) as object) }),
        {},
      ),
      ...(parts.includes(undefined) ? { erased: true } : {}),
    };
  };

  return {
    async open(events) {
      const keys = await keysOf(events);
      return events.map(({ ...event }) => {
        const { version: _, ...bare } = event as StoredEvent & { readonly version?: number };
        return opened(bare, keys);
      });
    },
  };
};
