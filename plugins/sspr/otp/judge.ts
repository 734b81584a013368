import { z } from 'zod';
import { randomId } from '../../../src/kernel/random.ts';
import type { Host } from '../../../src/plugin.ts';
import type { Challenge } from '../collections.ts';
import { device, find, LOOK_AHEAD, usual } from './device.ts';
import type { Device } from './device.ts';
import { openKey } from './keys.ts';
import { typedCode } from './one-time-password.ts';

const slots = z.array(z.strictObject({ id: z.string(), device }));

/** A registration with the device that shows its codes. */
export type Slot = z.infer<typeof slots>[number];

/** Longer than any slot is in JSON, so that all lists are of the same length. */
const SLOT_LENGTH = 400;

export interface Shown {
  /** Which registration's device shows the code. */
  readonly id: string;
  readonly counter: number;
}

/** Judges one-time passwords with the same work whether there is a device or not, and without looking anybody up. */
export interface Judge {
  /** What is kept to judge an answer by: made-up devices take the places of those that are not there. */
  prepare(held: readonly Slot[]): Challenge['data'];
  /** Whose device shows this code now; made-up ones among them, which nobody holds. */
  shown(challenge: Challenge | undefined, typed: string): readonly Shown[];
}

/**
 * @param purpose of the sealed keys
 * @param most devices that somebody may have
 * @param madeUp a device that is nobody's
 */
export const createJudge = (
  { clock, random, secrets }: Pick<Host, 'clock' | 'random' | 'secrets'>,
  purpose: string,
  most: number,
  madeUp: () => Device,
): Judge => {
  const prepare = (held: readonly Slot[]): { readonly devices: string } => {
    const others = Array.from({ length: Math.max(0, most - held.length) }, () => ({
      id: randomId(random),
      device: madeUp(),
    }));
    return { devices: JSON.stringify([...held.slice(0, most), ...others]).padEnd(most * SLOT_LENGTH) };
  };
  const nobodys = prepare([]);

  return {
    prepare,
    shown(challenge, typed) {
      const code = typedCode(typed);
      const { devices } = challenge?.data ?? nobodys;
      const now = clock.now();
      return slots.parse(JSON.parse(String(devices))).flatMap(({ id, device: one }) => {
        const key = openKey(secrets, purpose, one.secret);
        const counter = find(key, one, [code], usual(one, now), LOOK_AHEAD);
        return counter === undefined ? [] : [{ id, counter }];
      });
    },
  };
};
