import { change } from '../../src/store/port.ts';
import type { Change, Store } from '../../src/store/port.ts';
import { and, eq, or } from '../../src/store/query.ts';
import { flows, openings, recoveryNames } from './collections.ts';
import type { Flow, StoredFlow } from './collections.ts';
import { hollowed, isLive } from './flows/account-recovery.ts';

/** Resets and unlocks of a person that are going on, oldest first. */
export const liveFlows = async (store: Store, accountId: string): Promise<readonly StoredFlow[]> => {
  const kinds = recoveryNames.map((name) => eq('kind', name));
  const query = and(eq('accountId', accountId), or(...kinds));
  const { docs } = await store.find(flows, query, { sort: [{ path: 'begunAt' }], limit: 1000 });
  return docs.filter(isLive);
};

/**
 * Makes the flow the latest of its person, and gives what else that changes: others end so that it fits in. Of two at
 * once one fails with `Conflict` and sees the other when it tries again.
 */
export const opening = async (store: Store, flow: Flow, most: number): Promise<readonly Change[]> => {
  const { id, accountId, expiresAt } = flow;
  if (accountId === undefined) return [];
  // Read before the flows are: whatever opens in between changes it.
  const before = await store.get(openings, accountId);
  const next = { id: accountId, flow: id, expiresAt };
  const others = (await liveFlows(store, accountId)).filter((other) => other.id !== id);
  return [
    before ? change.swap(openings, { ...next, version: before.version }) : change.insert(openings, next),
    ...inWay(flow, others, most).map(ending),
  ];
};

/** Which flows end so that another fits in: strangers' before known browsers', those that proved nothing first. */
const inWay = (flow: Flow, others: readonly StoredFlow[], most: number): readonly StoredFlow[] => {
  const rank = (other: Flow): number => (other.known ? 2 : 0) + (other.proofs.length > 0 ? 1 : 0);
  // A strange browser never ends a flow of a known one.
  const candidates = others.filter((other) => flow.known || !other.known).toSorted((a, b) => rank(a) - rank(b));
  return candidates.slice(0, Math.max(0, others.length + 1 - most));
};

/** Ends a flow. Whoever proved nothing in it, in a browser that nobody knows, is not to notice. */
export const ending = (flow: StoredFlow): Change =>
  flow.known || flow.proofs.length > 0 ? change.remove(flows, flow.id) : change.swap(flows, hollowed(flow));
