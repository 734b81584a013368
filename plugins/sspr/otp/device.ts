import { z } from 'zod';
import { algorithms, isCodeOf } from './one-time-password.ts';

/** Something that shows one-time passwords, an app or a token, as far as it and we agree on it. */
export const device = z.strictObject({
  /** Its key, sealed. */
  secret: z.string(),
  algorithm: z.enum(algorithms),
  digits: z.literal([6, 8]),
  /** Seconds that a code is shown; absent where a press of a button moves it on (HOTP). */
  period: z.int().positive().exactOptional(),
  /** The least counter whose code was not used yet. */
  next: z.int().nonnegative(),
  /** Steps that its clock is ahead of ours; 0 where nobody measures it. */
  drift: z.int(),
});

export type Device = z.infer<typeof device>;

/** Counters whose codes are taken, those aside that were used. */
export interface Window {
  readonly from: number;
  readonly count: number;
}

/** Codes that a button may have shown to nobody before they are no longer looked for (RFC 4226 section 7.4). */
export const LOOK_AHEAD = 10;

/** Steps around that of our clock: a code is read, typed and sent while the next one is shown (RFC 6238 section 5.2). */
const AROUND = 1;

/** The number of the time step (RFC 6238 section 4.2), at an instant in epoch milliseconds. */
export const stepAt = (period: number, now: number): number => Math.floor(now / 1000 / period);

const around = (step: number, steps: number): Window => ({ from: step - steps, count: 2 * steps + 1 });

/** What is taken at a gate. */
export const usual = ({ period, next, drift }: Device, now: number): Window =>
  period === undefined ? { from: next, count: LOOK_AHEAD } : around(stepAt(period, now) + drift, AROUND);

/** What is taken once from a device that was not heard of for long. */
export const wide = ({ period, next }: Device, now: number, steps: number): Window =>
  period === undefined ? { from: next, count: steps } : around(stepAt(period, now), steps);

/**
 * The counter of the last of consecutive codes, or undefined where they are not shown in the window.
 *
 * @param work counters that are looked at, be the window smaller: the time then does not tell of what kind it is
 */
export const find = (
  key: Uint8Array,
  one: Device,
  codes: readonly string[],
  { from, count }: Window,
  work = count,
): number | undefined => {
  let found: number | undefined;
  for (let at = 0; at < work; at += 1) {
    const counter = Math.max(0, from + at);
    const isShown = codes.every((code, later) => isCodeOf(key, one, counter + later, code));
    if (isShown && at < count && counter >= one.next) found ??= counter + codes.length - 1;
  }
  return found;
};

/** A clock that is further off than this is no longer followed (steps). */
const MOST_DRIFT = 100;

/** The device after the code of a counter was used: that one, and all before it, are used up. */
export const used = (one: Device, counter: number): Device => ({ ...one, next: counter + 1 });

/** As {@link used}, and its clock is followed from there. */
export const followed = (one: Device, counter: number, now: number): Device => {
  const drift = one.period === undefined ? 0 : counter - stepAt(one.period, now);
  return { ...used(one, counter), drift: Math.abs(drift) > MOST_DRIFT ? one.drift : drift };
};
