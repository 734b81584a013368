import type { Metrics } from '../kernel/metrics.ts';
import type { Change, Store } from '../store/port.ts';
import { auditEvents } from './record.ts';
import type { StoredEvent } from './record.ts';

const isEvent = (one: Change): one is Extract<Change, { kind: 'insert' }> =>
  one.kind === 'insert' && one.in.name === auditEvents.name;

/** The store, counting what is committed to the log: types are from the closed catalogue, results are three. */
export const countingEvents = (store: Store, metrics: Metrics): Store => {
  const count = metrics.counter({
    name: 'latchkey_events_total',
    help: 'Events written to the audit log by this process: sign-ins, resets and all else, by type and result.',
    labels: ['type', 'result'],
  });
  return {
    ...store,
    async commit(changes) {
      const done = await store.commit(changes);
      for (const each of changes) {
        if (!isEvent(each)) continue;
        const { type, result } = each.doc as StoredEvent;
        count({ type, result });
      }
      return done;
    },
  };
};
