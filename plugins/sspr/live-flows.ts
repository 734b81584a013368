import { change } from '../../src/store/port.ts';
import type { Change, Store } from '../../src/store/port.ts';
import { and, eq, or } from '../../src/store/query.ts';
import { flows, recoveryNames } from './collections.ts';
import type { Flow, StoredFlow } from './collections.ts';
import { hollowed, isLive } from './flows/account-recovery.ts';

/** Resets and unlocks of a person that are going on, oldest first. */
export const liveFlows = async (store: Store, accountId: string): Promise<readonly StoredFlow[]> => {
  const kinds = recoveryNames.map((name) => eq('kind', name));
  const query = and(eq('accountId', accountId), or(...kinds));
  const { docs } = await store.find(flows, query, { sort: [{ path: 'begunAt' }], limit: 1000 });
  return docs.filter(isLive);
};

/** Which flows end so that another fits in: strangers' before known browsers', those that proved nothing first. */
export const inWay = (flow: Flow, others: readonly StoredFlow[], most: number): readonly StoredFlow[] => {
  const rank = (other: Flow): number => (other.known ? 2 : 0) + (other.proofs.length > 0 ? 1 : 0);
  // A strange browser never ends a flow of a known one.
  const candidates = others.filter((other) => flow.known || !other.known).toSorted((a, b) => rank(a) - rank(b));
  return candidates.slice(0, Math.max(0, others.length + 1 - most));
};

/** Ends a flow. Whoever proved nothing in it, in a browser that nobody knows, is not to notice. */
export const ending = (flow: StoredFlow): Change =>
  flow.known || flow.proofs.length > 0 ? change.remove(flows, flow.id) : change.swap(flows, hollowed(flow));
