import { Conflict } from '../../../src/store/port.ts';

/** Of any number who write the same at once one gets through each time: so many can be served before one gives up. */
const TRIES = 100;

/** Reads and writes anew where others wrote in between. `work` reads all that it writes over. */
export const again = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Conflict) || tries === TRIES) throw error;
    }
  }
};
