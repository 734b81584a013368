import { SECOND } from '../kernel/clock.ts';
import type { Secrets } from '../kernel/secrets.ts';
import type { Store } from '../store/port.ts';
import { gt, eq } from '../store/query.ts';
import { auditBatches, auditChain, batchId, CHAIN } from './batch.ts';
import type { Delivery } from './delivery.ts';
import type { EventCatalogue } from './event.ts';
import { createAuditReader } from './reader.ts';
import { auditEvents } from './record.ts';
import type { AuditRecord } from './record.ts';
import { sendSyslog } from './syslog-line.ts';
import type { SyslogServer } from './syslog-line.ts';
import { syslogEvent } from './syslog-message.ts';
import type { SyslogSource } from './syslog-message.ts';

export interface LiveExport {
  readonly url: string;
  readonly server: SyslogServer;
  /** Whether addresses, agents and personal reasons go along. */
  readonly personal: boolean;
}

export interface LiveExportParts {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly catalogue: EventCatalogue;
  readonly source: SyslogSource;
}

/** Batches in one round: as much as is held in memory for a receiver. */
const AT_ONCE = 5;
const LARGEST_BATCH = 1000;

const impersonal = ({ address: _, agent: __, ...event }: AuditRecord, catalogue: EventCatalogue): AuditRecord => {
  const { reason, ...rest } = event;
  return catalogue[event.type]?.personalReason || reason === undefined ? rest : { ...rest, reason };
};

/** Sends what was chained to a syslog server: whole batches in their order, each once it is chained. */
export const liveExport = (parts: LiveExportParts, { url, server, personal }: LiveExport): Delivery => {
  const { store, secrets, catalogue, source } = parts;
  const reader = createAuditReader(store, secrets);

  const eventsOf = async (batch: string): Promise<readonly AuditRecord[]> => {
    const page = { sort: [{ path: 'id' }], limit: LARGEST_BATCH };
    return reader.open((await store.find(auditEvents, eq('batch', batch), page)).docs);
  };

  return {
    name: 'audit.export',
    receiver: url,
    every: 5 * SECOND,
    begin: async () => (await store.get(auditChain, CHAIN))?.sequence ?? 0,
    async serve(after, signal) {
      const page = { sort: [{ path: 'id' }], limit: AT_ONCE };
      const { docs } = await store.find(auditBatches, gt('id', batchId(after)), page);
      const events = (await Promise.all(docs.map(({ id }) => eventsOf(id)))).flat();
      const told = personal ? events : events.map((event) => impersonal(event, catalogue));
      const messages = told.map((event) => syslogEvent(source, event, catalogue[event.type]?.about ?? ''));
      if (messages.length > 0) await sendSyslog(server, messages, signal);
      return { sequence: docs.at(-1)?.sequence ?? after, pause: 0, more: docs.length === AT_ONCE };
    },
  };
};
