import type { Clock } from '../kernel/clock.ts';
import { SECOND } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { lineOf } from '../kernel/network.ts';
import type { Middleware } from './context.ts';

/** Addresses remembered at once; a flood from more of them forgets the count, not the server its memory. */
const ADDRESSES = 100_000;

export interface FloodLimits {
  readonly requests: number;
  /** Milliseconds. */
  readonly window: number;
}

/**
 * Refuses what one address asks beyond a number of requests in a window, with 429 and Retry-After. It guards the
 * process, not accounts: it counts in memory, because a store write for each request of a flood would be the harm
 * itself. What must hold over nodes is counted by `limits`.
 *
 * @param unlimited paths of clients that prove themselves, where many people may come from one server
 */
export const floodGuard = (limits: FloodLimits, clock: Clock, unlimited: ReadonlySet<string>): Middleware => {
  const counts = new Map<string, number>();
  let ends = 0;

  return (ctx, next) => {
    if (unlimited.has(ctx.path)) return next();
    const now = clock.now();
    if (now >= ends || counts.size > ADDRESSES) {
      counts.clear();
      ends = now + limits.window;
    }
    const key = lineOf(ctx.state.address);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    if (count > limits.requests) {
      throw new AppError('too_many_requests', 'one address sends too many requests', {
        retryAfter: (ends - now) / SECOND,
      });
    }
    return next();
  };
};
