import type { Clock } from '../kernel/clock.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { pagesOf, walkAlong } from '../store/port.ts';
import type { Store } from '../store/port.ts';
import { and, eq, everything, ge, gt, le } from '../store/query.ts';
import { auditBatches, auditChain, batchId, BEFORE_ALL, CHAIN, hashOf, headOf } from './batch.ts';
import type { Batch, ChainEnd } from './batch.ts';
import { auditCheckpoints, isSigned, OLDEST } from './checkpoint.ts';
import type { Head } from './heads.ts';
import { auditEvents, FRESH } from './record.ts';
import type { StoredEvent } from './record.ts';
import { findSigner } from './signer.ts';
import type { Signer } from './signer.ts';

export interface VerifyParts {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** How long events are kept, in milliseconds; 0 for ever. */
  readonly keep: number;
}

/**
 * - `batch_missing`, `batch_unlinked`, `batch_unsigned`, `batch_changed`: the batch itself, or what it was made over
 * - `events_missing`, `events_added`: fewer or more than it was made over
 * - `event_foreign`: an event that was not written by us, or was changed before it was chained
 * - `event_unchained`: an event outside of every batch
 * - `end_missing`: the chain ends before or behind the place that is written down
 * - `checkpoint_unsigned`: what retention has dropped is not signed by us
 * - `head_unsigned`, `head_rewritten`, `head_cut`, `head_dropped`: against heads from outside, the chain was signed by
 *   another key, says something else, ends before one of them, or was dropped before its time
 */
export type FaultKind =
  | 'batch_missing'
  | 'batch_unlinked'
  | 'batch_unsigned'
  | 'batch_changed'
  | 'events_missing'
  | 'events_added'
  | 'event_foreign'
  | 'event_unchained'
  | 'end_missing'
  | 'checkpoint_unsigned'
  | 'head_unsigned'
  | 'head_rewritten'
  | 'head_cut'
  | 'head_dropped';

export interface VerifyFault {
  readonly kind: FaultKind;
  /** Sequence number of the batch. */
  readonly batch: number;
  /** Epoch milliseconds: about when what is wrong there was chained. */
  readonly at?: number;
  /** Ids of events, where it is about them. */
  readonly events?: readonly string[];
}

export interface Verification {
  /** In the order in which they were found: the oldest batch first. */
  readonly faults: readonly VerifyFault[];
  /** Faults beyond those named. */
  readonly more: number;
  readonly batches: number;
  readonly events: number;
  /** Of batches that retention has dropped; 0 for none. */
  readonly dropped: number;
  /** Events that wait to be chained, and since when the oldest does (epoch milliseconds). */
  readonly waiting: { readonly count: number; readonly since?: number };
  readonly heads: number;
  readonly kid?: string;
}

const NEWEST_FIRST = [{ path: 'id', descending: true }];
const MOST_FAULTS = 100;
const IDS = 5;

const faultList = () => {
  const faults: VerifyFault[] = [];
  let more = 0;
  return {
    add(fault: VerifyFault): void {
      if (faults.length < MOST_FAULTS) faults.push(fault);
      else more += 1;
    },
    told: () => ({ faults, more }),
  };
};

type Faults = ReturnType<typeof faultList>;

/** What is wrong within one batch. */
const batchFaults = (batch: Batch, events: readonly StoredEvent[], signer: Signer): readonly FaultKind[] => {
  const whole = hashOf(batch, events) === batch.hash;
  const sound = batch.kid === signer.kid && signer.verifies(headOf(batch, signer.kid), batch.signature);
  return [
    ...(events.length < batch.count ? (['events_missing'] as const) : []),
    ...(events.length > batch.count ? (['events_added'] as const) : []),
    ...(!whole && events.length === batch.count ? (['batch_changed'] as const) : []),
    ...(sound ? [] : (['batch_unsigned'] as const)),
  ];
};

const headFaults = (
  heads: readonly Head[],
  signer: Signer | undefined,
  { from, end, clock, keep }: { from: ChainEnd; end: ChainEnd; clock: Clock; keep: number },
): readonly VerifyFault[] =>
  heads.flatMap(({ sequence: batch, at, kid, signed, signature }): readonly VerifyFault[] => {
    if (kid !== signer?.kid || !signer.verifies(signed, signature)) return [{ kind: 'head_unsigned', batch, at }];
    if (batch > end.sequence) return [{ kind: 'head_cut', batch, at }];
    // Retention may have it gone, but never before its time.
    const early = batch <= from.sequence && (keep === 0 || at > clock.now() - keep);
    return early ? [{ kind: 'head_dropped', batch, at }] : [];
  });

interface Walk {
  readonly store: Store;
  readonly faults: Faults;
  readonly signer: Signer;
  /** The last batch that was dropped, or nothing before the first. */
  readonly from: ChainEnd;
  readonly end: ChainEnd;
  readonly heads: ReadonlyMap<number, readonly Head[]>;
}

const judge = (
  { faults, signer, heads }: Walk,
  before: ChainEnd,
  batch: Batch,
  events: readonly StoredEvent[],
): void => {
  const at = { batch: batch.sequence, at: batch.at };
  for (let missing = before.sequence + 1; missing < batch.sequence; missing += 1) {
    faults.add({ kind: 'batch_missing', batch: missing });
  }
  const linked = batch.previous === before.hash && batch.total === before.total + batch.count;
  if (!linked) faults.add({ kind: 'batch_unlinked', ...at });
  for (const kind of batchFaults(batch, events, signer)) {
    faults.add({ kind, ...at, events: events.slice(0, IDS).map(({ id }) => id) });
  }
  const foreign = events.filter((event) => event.foreign === true).map(({ id }) => id);
  if (foreign.length > 0) faults.add({ kind: 'event_foreign', ...at, events: foreign });
  for (const head of heads.get(batch.sequence) ?? []) {
    if (head.hash !== batch.hash) faults.add({ kind: 'head_rewritten', batch: head.sequence, at: head.at });
  }
};

/** Batches and their events side by side, each read once, a page of each at a time. */
const walk = async (parts: Walk): Promise<{ readonly batches: number; readonly events: number }> => {
  const { store, faults, from, end } = parts;
  const within = (path: string) => and(gt(path, batchId(from.sequence)), le(path, batchId(end.sequence)));
  const along = walkAlong(pagesOf(store, auditEvents, within('batch'), 'batch'), ({ batch }) => batch);
  let [before, batches, events] = [from, 0, 0];
  for await (const page of pagesOf(store, auditBatches, within('id'))) {
    for (const batch of page) {
      const found = await along(batch.id);
      for (const [id, strays] of found) {
        if (id === batch.id) continue;
        faults.add({
          kind: 'event_unchained',
          batch: batch.sequence,
          events: strays.slice(0, IDS).map((each) => each.id),
        });
      }
      const own = found.get(batch.id) ?? [];
      judge(parts, before, batch, own);
      before = { ...batch, id: CHAIN };
      batches += 1;
      events += own.length;
    }
  }
  if (before.sequence !== end.sequence || before.hash !== end.hash) {
    faults.add({ kind: 'end_missing', batch: before.sequence + 1, at: end.at });
  }
  return { batches, events };
};

/** Events outside of every batch; counted again where somebody may have written between two counts. */
const strays = async (store: Store, end: ChainEnd): Promise<number> => {
  for (let attempt = 1; ; attempt += 1) {
    const all = await store.count(auditEvents, everything);
    const chained = await store.count(auditEvents, and(ge('batch', batchId(0)), le('batch', batchId(end.sequence))));
    const fresh = await store.count(auditEvents, eq('batch', FRESH));
    const now = (await store.get(auditChain, CHAIN)) ?? end;
    const since = await store.count(
      auditEvents,
      and(gt('batch', batchId(end.sequence)), le('batch', batchId(now.sequence))),
    );
    const left = all - chained - fresh - since;
    if (left <= 0 || attempt === 3) return Math.max(left, 0);
  }
};

/** Recomputes the whole chain, and compares it with heads that were kept elsewhere. */
export const verifyAudit = async (parts: VerifyParts, heads: readonly Head[] = []): Promise<Verification> => {
  for (;;) {
    const found = await verifyOnce(parts, heads);
    // What retention dropped meanwhile looks like a hole.
    const dropped = (await parts.store.get(auditCheckpoints, OLDEST))?.sequence ?? 0;
    if (found.faults.length === 0 || dropped === found.dropped) return found;
  }
};

const verifyOnce = async (parts: VerifyParts, heads: readonly Head[]): Promise<Verification> => {
  const { store, secrets, clock, keep } = parts;
  const faults = faultList();
  const signer = await findSigner(store, secrets);
  const checkpoint = await store.get(auditCheckpoints, OLDEST);
  const from = checkpoint ? { ...checkpoint, id: CHAIN } : BEFORE_ALL;
  // In this order: the end is written down with the batch, so that it is never behind one that was read before.
  const [newest] = (await store.find(auditBatches, everything, { sort: NEWEST_FIRST, limit: 1 })).docs;
  const end = (await store.get(auditChain, CHAIN)) ?? from;
  if (newest && newest.sequence > end.sequence) faults.add({ kind: 'end_missing', batch: end.sequence + 1 });
  if (!signer && (newest || checkpoint)) faults.add({ kind: 'batch_unsigned', batch: from.sequence + 1 });
  if (signer && checkpoint && !isSigned(checkpoint, signer)) {
    faults.add({ kind: 'checkpoint_unsigned', batch: checkpoint.sequence, at: checkpoint.at });
  }
  const bySequence = Map.groupBy(heads, ({ sequence }) => sequence);
  const walked = signer
    ? await walk({ store, faults, signer, from, end, heads: bySequence })
    : { batches: 0, events: 0 };
  const outside = await strays(store, end);
  if (outside > 0) faults.add({ kind: 'event_unchained', batch: end.sequence });
  for (const fault of headFaults(heads, signer, { from, end, clock, keep })) faults.add(fault);
  const oldest = await store.find(auditEvents, eq('batch', FRESH), { sort: [{ path: 'id' }], limit: 1 });
  const since = oldest.docs[0]?.at;
  return {
    ...faults.told(),
    ...walked,
    dropped: from.sequence,
    waiting: { count: await store.count(auditEvents, eq('batch', FRESH)), ...(since === undefined ? {} : { since }) },
    heads: heads.length,
    ...(signer ? { kid: signer.kid } : {}),
  };
};
