import { HOUR } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Job } from '../kernel/schedule.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { change, Conflict } from '../store/port.ts';
import type { Store } from '../store/port.ts';
import { everything, le } from '../store/query.ts';
import { auditBatches, batchId } from './batch.ts';
import type { Batch } from './batch.ts';
import { auditCheckpoints, checkpointAt, OLDEST } from './checkpoint.ts';
import { auditEvents } from './record.ts';
import { loadSigner } from './signer.ts';

export interface RetentionParts {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** Milliseconds that events are kept; 0 for ever. */
  readonly keep: number;
}

const AT_ONCE = 100;

/** The oldest batches, as far as their newest event is older than that. */
const outdated = async ({ store, clock, keep }: RetentionParts): Promise<readonly Batch[]> => {
  const { docs } = await store.find(auditBatches, everything, { sort: [{ path: 'id' }], limit: AT_ONCE });
  const young = docs.findIndex(({ at }) => at > clock.now() - keep);
  return young === -1 ? docs : docs.slice(0, young);
};

/** Drops whole batches at the old end; what is left goes on being proved from a checkpoint. True for more to do. */
const dropSome = async (parts: RetentionParts): Promise<boolean> => {
  const { store, secrets } = parts;
  const batches = await outdated(parts);
  const last = batches.at(-1);
  if (!last) return false;
  const before = await store.get(auditCheckpoints, OLDEST);
  const checkpoint = checkpointAt(last, await loadSigner(store, secrets));
  await store.commit([
    before
      ? change.swap(auditCheckpoints, { ...checkpoint, version: before.version })
      : change.insert(auditCheckpoints, checkpoint),
    ...batches.map(({ id }) => change.remove(auditBatches, id)),
  ]);
  return batches.length === AT_ONCE;
};

/** Events of batches that are gone: also those that a process left behind which died in between. */
const sweep = async ({ store }: RetentionParts): Promise<void> => {
  const checkpoint = await store.get(auditCheckpoints, OLDEST);
  if (!checkpoint) return;
  const gone = le('batch', batchId(checkpoint.sequence));
  const { docs } = await store.find(auditEvents, gone, { limit: 1 });
  if (docs.length > 0) await store.removeAll(auditEvents, gone);
};

/** Drops what was kept long enough. */
export const retentionJob = (parts: RetentionParts): Job => ({
  name: 'audit.retention',
  every: HOUR,
  async run() {
    if (parts.keep === 0) return false;
    try {
      const more = await dropSome(parts);
      await sweep(parts);
      return more;
    } catch (error) {
      // Another node drops as well.
      if (!(error instanceof Conflict)) throw error;
      return false;
    }
  },
});
