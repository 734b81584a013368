import { AppError } from '../../../src/kernel/errors.ts';

const LONGEST = 500;

/**
 * What whoever acts has to say about it, for the log. Throws `bad_request`.
 *
 * @param given the option `--note`
 * @param says what it has to say, as the beginning of the sentence for whoever said nothing
 */
export const noteIn = (given: string | true | undefined, says: string): string => {
  const note = typeof given === 'string' ? given.trim() : '';
  if (note === '' || note.length > LONGEST) {
    throw new AppError('bad_request', `${says}, in 1 to ${String(LONGEST)} characters`);
  }
  return note;
};
