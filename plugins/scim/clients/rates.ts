import { MINUTE, SECOND } from '../../../src/kernel/clock.ts';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Limits } from '../../../src/plugin.ts';
import { createTurns } from '../server/turns.ts';

/** Keys counted at once; more of them forget the counts, not the server its memory. */
const MOST_KEYS = 100_000;

/**
 * So many in a minute for each key, in memory and for this process: for what strangers cause, where a write to the store
 * for each of their requests would be the harm itself.
 */
export const createRate = (cap: number, clock: Clock): ((key: string) => number | undefined) => {
  const counts = new Map<string, number>();
  let ends = 0;

  /** Counts one; the seconds to wait where it was one too many. */
  return (key) => {
    const now = clock.now();
    if (now >= ends || counts.size > MOST_KEYS) {
      counts.clear();
      ends = now + MINUTE;
    }
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count > cap ? Math.ceil((ends - now) / SECOND) : undefined;
  };
};

/** Times that the store is asked in a minute by whoever asks as often as they may. */
const LEASES = 100;

/** Requests that the store granted, or that it grants none until its window ends. */
interface Lease {
  left: number;
  readonly refused: boolean;
  readonly until: number;
}

/**
 * So many in a minute for each key, over all processes: each takes some at once from the counter in the store, a hundredth
 * of them all, and what it has left when the window ends is lost. Never more than the cap are let through in a window of
 * the store's, and up to a lease fewer for each process.
 */
export const createSharedRate = (
  { limits, clock }: { readonly limits: Limits; readonly clock: Clock },
  name: string,
  cap: number,
): ((key: string) => Promise<number | undefined>) => {
  const size = Math.ceil(cap / LEASES);
  const limit = { name, cap: Math.floor(cap / size), window: MINUTE };
  const leases = new Map<string, Lease>();
  const turns = createTurns();

  /** What is held and not over. */
  const held = (key: string): Lease | undefined => {
    const lease = leases.get(key);
    return lease && lease.until > clock.now() && (lease.left > 0 || lease.refused) ? lease : undefined;
  };

  const taken = async (key: string): Promise<Lease> => {
    const granted = await limits.spend(limit, key);
    const { until = clock.now() + SECOND } = await limits.spent(limit, key);
    const lease = { left: granted ? size : 0, refused: !granted, until };
    if (leases.size > MOST_KEYS) leases.clear();
    leases.set(key, lease);
    return lease;
  };

  /** Counts one; the seconds to wait where it was one too many. */
  return async (key) => {
    for (;;) {
      const lease = held(key) ?? (await turns(key, async () => held(key) ?? taken(key)));
      if (lease.refused) return Math.max(1, Math.ceil((lease.until - clock.now()) / SECOND));
      // Others may have used up what was taken for all who waited.
      if (lease.left <= 0) continue;
      lease.left -= 1;
      return undefined;
    }
  };
};
