import { AppError } from '../kernel/errors.ts';
import { randomId } from '../kernel/random.ts';
import type { Random } from '../kernel/random.ts';

const GIVEN = /^[A-Za-z0-9_.-]{1,128}$/;

/** The id of a new person or group: random, or one brought along from elsewhere. Throws `bad_request`. */
export const directoryId = (random: Random, given?: string): string => {
  if (given === undefined) return randomId(random);
  if (!GIVEN.test(given)) {
    throw new AppError('bad_request', 'an id has 1 to 128 letters, digits, dots, dashes and underscores');
  }
  return given;
};
