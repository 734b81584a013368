import type { Metrics } from '../kernel/metrics.ts';
import type { Store } from '../store/port.ts';
import { and, eq } from '../store/query.ts';
import { CHANNELS } from './channel.ts';
import { outbox } from './outbox.ts';

/** How many messages wait, on all nodes together: a carrier that takes none shows here first. */
export const outboxFigures = (store: Pick<Store, 'count'>, metrics: Metrics): void => {
  metrics.gauge(
    { name: 'latchkey_outbox_waiting_messages', help: 'Messages that wait to be sent.', labels: ['channel'] },
    () =>
      Promise.all(
        CHANNELS.map(async (channel) => ({
          labels: { channel },
          value: await store.count(outbox, and(eq('channel', channel), eq('state', 'waiting'))),
        })),
      ),
  );
};
