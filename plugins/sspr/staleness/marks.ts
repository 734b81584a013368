import { DAY } from '../../../src/kernel/clock.ts';
import type { Refusal } from '../../../src/plugin.ts';
import type { Registered } from '../collections.ts';

export type Stale = NonNullable<Registered['stale']>;

/** Mail servers have bad days: only a second failure for good, so long after the first, counts (milliseconds). */
const BETWEEN_BOUNCES = DAY;

/** As registered, with nothing against it: somebody has just used it, or says that it is theirs. */
export const sound = ({ stale: _stale, failedAt: _failedAt, ...one }: Registered): Registered => one;

const marked = (one: Registered, stale: Stale): Registered => ({ ...sound(one), stale });

/** What the directory does not say any more opens nothing, for as long as it does not. */
export const fallen = (one: Registered, now: number): Registered =>
  one.stale?.reason === 'changed' ? one : marked(one, { at: now, reason: 'changed', dead: true });

/** The directory says it again. */
export const risen = (one: Registered): Registered => (one.stale?.reason === 'changed' ? sound(one) : one);

/**
 * What a contact becomes after something could not be delivered to it for good; undefined where that changes nothing:
 * it was asked about before, or has been proved to work since.
 */
export const afterFailure = (one: Registered, { channel, at, sentAt }: Refusal): Registered | undefined => {
  if (one.stale || Math.max(one.addedAt, one.usedAt ?? 0) > sentAt) return undefined;
  if (channel !== 'mail') return marked(one, { at, reason: 'refused', dead: false });
  if (one.failedAt === undefined) return { ...one, failedAt: at };
  return at - one.failedAt < BETWEEN_BOUNCES ? undefined : marked(one, { at, reason: 'bounced', dead: false });
};
