import { z } from 'zod';
import { MINUTE, SECOND } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Job } from '../kernel/schedule.ts';
import { Conflict, defineCollection } from '../store/port.ts';
import type { Store } from '../store/port.ts';
import { and, eq, le } from '../store/query.ts';

/** How far each receiver of events or heads has been served. */
export const auditDeliveries = defineCollection({
  name: 'auditDeliveries',
  shape: z.strictObject({
    id: z.string(),
    /** Sequence number of the last batch that it was told of. */
    sequence: z.int(),
    /** When it is next served (epoch milliseconds). */
    dueAt: z.number(),
    failures: z.int(),
  }),
});

export interface Served {
  /** The last batch that was told of now. */
  readonly sequence: number;
  /** Milliseconds until the next time. */
  readonly pause: number;
  readonly more?: boolean;
}

export interface Delivery {
  /** Names the job, and with the receiver what is kept of it. */
  readonly name: string;
  readonly receiver: string;
  /** Milliseconds between two looks. */
  readonly every: number;
  /** Where a receiver begins that was not known before. */
  begin(): Promise<number>;
  /** Tells of what came after that batch. Throws the reason why it could not. */
  serve(after: number, signal: AbortSignal): Promise<Served>;
}

export interface DeliveryParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends what is on its way when the server stops. */
  readonly stopping: AbortSignal;
}

/** No round takes longer, so that a lease never ends within one. */
const LONGEST_ROUND = MINUTE;
const LEASE = 2 * MINUTE;
const FIRST_PAUSE = 5 * SECOND;
const LONGEST_PAUSE = 5 * MINUTE;

export const pauseAfter = (failures: number): number => Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE);

const attempt = async (
  { log, stopping }: DeliveryParts,
  delivery: Delivery,
  after: number,
): Promise<Served | undefined> => {
  try {
    return await delivery.serve(after, AbortSignal.any([stopping, AbortSignal.timeout(LONGEST_ROUND)]));
  } catch (error) {
    const cause = error instanceof Error ? error.message : 'unknown';
    if (!stopping.aborted)
      log.error({ receiver: delivery.receiver, cause }, 'the audit log cannot be delivered, and waits');
    return undefined;
  }
};

/** Serves one receiver at a time from a stored place, at least once; whoever does not take it holds up nobody else. */
export const deliveringJob = (parts: DeliveryParts, delivery: Delivery): Job => {
  const { store, clock } = parts;
  const { name, every, receiver } = delivery;
  const id = `${name} ${receiver}`;

  const known = async (): Promise<void> => {
    if (await store.get(auditDeliveries, id)) return;
    const first = { id, sequence: await delivery.begin(), dueAt: clock.now(), failures: 0 };
    await store.insert(auditDeliveries, first).catch((error: unknown) => {
      // Another node was first.
      if (!(error instanceof Conflict)) throw error;
    });
  };

  return {
    name: id,
    every,
    async run() {
      await known();
      const query = and(eq('id', id), le('dueAt', clock.now()));
      const row = await store.claim(auditDeliveries, { query, lease: LEASE });
      if (!row) return false;
      // What leaves the machine must be what is still there after a power cut.
      await store.durable();
      const served = await attempt(parts, delivery, row.sequence);
      const failures = served ? 0 : row.failures + 1;
      const dueAt = clock.now() + (served?.pause ?? pauseAfter(failures));
      try {
        await store.swap(auditDeliveries, { ...row, sequence: served?.sequence ?? row.sequence, failures, dueAt });
      } catch (error) {
        // Another node has taken it over: the receiver may be told twice.
        if (!(error instanceof Conflict)) throw error;
        return false;
      }
      return served?.more === true;
    },
  };
};
