import { AppError } from './errors.ts';

export interface BoundedQueue {
  readonly running: number;
  readonly waiting: number;
  /** Runs `task` when its turn comes. Throws `busy` at once when the queue is full, without running it. */
  run<T>(task: () => Promise<T>): Promise<T>;
}

/**
 * Lets few tasks run at once and few wait: work that holds a processor or a thread (hashing) must be refused early
 * rather than pile up until everybody's answer is late.
 * @param parallel how many tasks run at once
 * @param waiting how many more may wait
 * @param retryAfter seconds that a refused caller is told to wait
 */
export const boundedQueue = (parallel: number, waiting: number, retryAfter: number): BoundedQueue => {
  const queue: (() => void)[] = [];
  let running = 0;

  const turn = (): Promise<void> | undefined => {
    if (running < parallel) {
      running += 1;
      return undefined;
    }
    if (queue.length >= waiting) {
      throw new AppError('busy', `${String(waiting)} tasks are waiting already`, { retryAfter });
    }
    return new Promise((begin) => queue.push(begin));
  };

  // The turn passes on directly: a newcomer cannot slip in between one task's end and the next one's begin.
  const pass = (): void => {
    const next = queue.shift();
    if (next) next();
    else running -= 1;
  };

  return {
    get running() {
      return running;
    },
    get waiting() {
      return queue.length;
    },
    async run(task) {
      await turn();
      try {
        return await task();
      } finally {
        pass();
      }
    },
  };
};
