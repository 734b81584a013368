import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

const TIME_DIGITS = 9;
const COUNT_DIGITS = 4;
const COUNT_LIMIT = 36 ** COUNT_DIGITS;

const digits = (value: number, length: number): string => value.toString(36).padStart(length, '0');

/**
 * Makes ids that sort by bytes in the order in which this process made them, and by time between processes:
 * milliseconds (9 digits of base 36, enough until the year 5188), a count within them, and 80 random bits.
 */
export const timeOrderedIds = (clock: Clock, random: Random): (() => string) => {
  let last = 0;
  let count = 0;

  return () => {
    const now = clock.now();
    // A clock that is set back must not make ids that sort before those already given.
    if (now > last) {
      last = now;
      count = 0;
    } else {
      count += 1;
      if (count >= COUNT_LIMIT) {
        last += 1;
        count = 0;
      }
    }
    return `${digits(last, TIME_DIGITS)}${digits(count, COUNT_DIGITS)}${random.bytes(10).toString('hex')}`;
  };
};
