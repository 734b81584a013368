import type { BoundedQueue } from '../kernel/bounded-queue.ts';
import type { Metrics } from '../kernel/metrics.ts';

/** How many slow hashes are at work and wait: where they wait, people do. */
export const hashingFigures = (queue: Pick<BoundedQueue, 'running' | 'waiting'>, metrics: Metrics): void => {
  metrics.gauge(
    { name: 'latchkey_password_hashes', help: 'Slow hashes at work, and waiting for their turn.', labels: ['state'] },
    () =>
      Promise.resolve([
        { labels: { state: 'running' }, value: queue.running },
        { labels: { state: 'waiting' }, value: queue.waiting },
      ]),
  );
};
