import { MINUTE } from '../../../src/kernel/clock.ts';
import type { DirectoryPolicy } from './dialect.ts';

/** Less than most directories lock at: few wrong passwords are tried where it is not known how many would. */
const SUPPOSED_THRESHOLD = 4;
/** As long as most directories count, and longer than some. */
const SUPPOSED_WINDOW = 30 * MINUTE;

/** A directory that demands nothing. */
export const NO_POLICY: DirectoryPolicy = {
  minLength: 0,
  complexity: false,
  history: 0,
  minAge: 0,
  maxAge: 0,
  threshold: 0,
  window: 0,
  lockout: 0,
};

/** There is a policy that the service account may not read: what most people have, on the safe side. */
export const supposed = (policy: DirectoryPolicy): DirectoryPolicy => ({
  ...policy,
  threshold: policy.threshold === 0 ? SUPPOSED_THRESHOLD : Math.min(policy.threshold, SUPPOSED_THRESHOLD),
  window: Math.max(policy.window, SUPPOSED_WINDOW),
  unreadable: true,
});
