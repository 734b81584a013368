import { boundedQueue } from '../../../src/kernel/bounded-queue.ts';
import { LdapFailure } from './failure.ts';

export interface Turns {
  /** Throws {@link LdapFailure} `busy` when too many wait already, or when its turn does not come in time. */
  run<T>(task: () => Promise<T>): Promise<T>;
}

/** How many may wait for each that is at work. */
const WAITING_FOR_ONE = 20;

/**
 * Lets few tasks run at once: a directory that is slow may hold so many and no more, and whoever waits for it is told
 * in time.
 *
 * @param name of the directory
 * @param patience milliseconds that a turn may take to come
 */
export const turns = (name: string, parallel: number, patience: number): Turns => {
  const queue = boundedQueue(parallel, parallel * WAITING_FOR_ONE, 1);
  const busy = (what: string): LdapFailure => new LdapFailure('busy', what, name);

  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        let given = false;
        const timer = setTimeout(() => {
          given = true;
          reject(busy(`no turn within ${patience} ms`));
        }, patience);
        const turn = async (): Promise<void> => {
          if (given) return;
          clearTimeout(timer);
          await task().then(resolve, reject);
        };
        queue.run(turn).catch((error: unknown) => {
          clearTimeout(timer);
          reject(busy((error as Error).message));
        });
      }),
  };
};
