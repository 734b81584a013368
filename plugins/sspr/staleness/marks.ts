import { DAY } from '../../../src/kernel/clock.ts';
import type { Refusal } from '../../../src/plugin.ts';
import type { Registered, Registration } from '../collections.ts';

export type Stale = NonNullable<Registered['stale']>;

/** Mail servers have bad days: only a second failure for good, so long after the first, counts (milliseconds). */
const BETWEEN_BOUNCES = DAY;

/** As registered, with nothing against it: somebody has just used it, or says that it is theirs. */
export const sound = ({ stale: _stale, failedAt: _failedAt, ...one }: Registered): Registered => one;

const marked = (one: Registered, stale: Stale): Registered => ({ ...sound(one), stale });

/** What the directory does not say any more opens nothing, for as long as it does not. */
export const fallen = (one: Registered, now: number): Registered =>
  one.stale?.reason === 'changed' || one.stale?.reason === 'disowned'
    ? one
    : marked(one, { at: now, reason: 'changed', dead: true });

/** Whoever registered it may not have been the account's owner: it opens nothing until they register it anew. */
export const disowned = (one: Registered, now: number): Registered =>
  one.stale?.reason === 'disowned' ? one : marked(one, { at: now, reason: 'disowned', dead: true });

/**
 * As it counts beside the right password. What the directory has taken back opens no gate, where it would be the whole
 * account; a sign-in goes on asking for it: somebody who stole a password could else wait for the directory to change.
 * What ended by itself is over here as well.
 */
export const besidePassword = (registration: Registration): Registration => ({
  ...registration,
  methods: registration.methods.map((one) => (one.stale?.dead && one.stale.reason === 'changed' ? sound(one) : one)),
});

/** The directory has changed it, of which nothing is written down yet. */
export const isUnnoted = ({ stale }: Registered): boolean => stale?.reason === 'changed' && stale.noted !== true;

export const asNoted = (one: Registered): Registered =>
  one.stale && isUnnoted(one) ? { ...one, stale: { ...one.stale, noted: true } } : one;

/** As it rests: whoever writes something else must not write down by the way what the directory says today. */
export const asStored = (one: Registered): Registered => (isUnnoted(one) ? sound(one) : one);

/** Its owner was deleted and has come back: they say whether it is still theirs. */
export const lain = (one: Registered, at: number): Registered =>
  one.stale ? one : marked(one, { at, reason: 'returned', dead: false });

/** What ended by itself opens nothing. */
export const ended = (one: Registered, at: number): Registered => marked(one, { at, reason: 'ended', dead: true });

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
