import { MINUTE, SECOND } from '../../../src/kernel/clock.ts';
import type { Clock } from '../../../src/kernel/clock.ts';

/** Keys counted at once; more of them forget the counts, not the server its memory. */
const MOST_KEYS = 100_000;

/**
 * So many in a minute for each key, in memory and for this process: it keeps one client from taking the server for
 * itself, and a store write for each request would be the harm itself.
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
