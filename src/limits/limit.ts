import type { Change } from '../store/port.ts';

/** So many in so long, counted from the first. */
export interface Limit {
  /** Part of the counter's name: two limits never share a counter. */
  readonly name: string;
  readonly cap: number;
  /** Milliseconds. */
  readonly window: number;
}

/** Counters in the store: they hold over processes and nodes. Keys are hashed before they rest. */
export interface Limits {
  /** Counts one and tells whether it was still within the limit. Of any number of callers exactly `cap` hear true. */
  spend(limit: Limit, key: string): Promise<boolean>;
  /** How many were counted in the running window, and when it ends (epoch milliseconds; absent when none runs). */
  spent(limit: Limit, key: string): Promise<{ readonly count: number; readonly until?: number }>;
  /** `spend` as part of a commit, which fails with `Conflict` `capped` at the limit. */
  spending(limit: Limit, key: string): Change;
  /** Gives back what `spend` or `spending` counted, for what turned out not to count; never below nothing. */
  returning(limit: Limit, key: string): Change;
  clearing(limit: Limit, key: string): Change;
}
