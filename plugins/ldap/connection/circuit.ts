import { SECOND } from '../../../src/kernel/clock.ts';
import type { Clock } from '../../../src/kernel/clock.ts';

const FAILURES = 3;
const PAUSE = 10 * SECOND;

/** Spares a server that fails, and everybody the wait for it. */
export interface Circuit {
  /** Whether to try: always while it works, else once in each pause. */
  allows(): boolean;
  succeeded(): void;
  /** Opens after {@link FAILURES} in a row. Says whether it is open now and was not before. */
  failed(): boolean;
  readonly isOpen: boolean;
}

export const circuit = (clock: Clock): Circuit => {
  let failures = 0;
  let tryAt = 0;
  return {
    get isOpen() {
      return failures >= FAILURES;
    },
    allows() {
      if (failures < FAILURES) return true;
      if (clock.now() < tryAt) return false;
      // Whoever asks now is the one that tries; without word from them the next may after another pause.
      tryAt = clock.now() + PAUSE;
      return true;
    },
    succeeded() {
      failures = 0;
    },
    failed() {
      failures += 1;
      tryAt = clock.now() + PAUSE;
      return failures === FAILURES;
    },
  };
};
