import { AppError } from '../../kernel/errors.ts';

export interface Durability {
  /** Notes that a transaction has been committed. */
  committed(): void;
  /** Resolves when everything noted before the call lies on the disk. */
  durable(): Promise<void>;
}

/**
 * One sync shared by all who wait. A commit made while a sync runs waits for the next one: only a sync that began after
 * the commit is known to cover it.
 *
 * @param sync forces the write-ahead log to the disk
 */
export const trackDurability = (sync: () => Promise<void>): Durability => {
  let commits = 0;
  let covered = 0;
  let running: Promise<void> | undefined;
  let lost: AppError | undefined;

  const run = async (): Promise<void> => {
    const upTo = commits;
    try {
      await sync();
      covered = upTo;
    } catch (cause) {
      // After a failed sync the kernel may have dropped the pages, and a second one would succeed without them.
      lost = new AppError('unavailable', 'the disk refused a sync: what was committed may be lost at a power cut', {
        cause,
      });
    } finally {
      running = undefined;
    }
  };

  return {
    committed() {
      commits += 1;
    },
    async durable() {
      const mine = commits;
      while (covered < mine) {
        if (lost) throw lost;
        running ??= run();
        await running;
      }
    },
  };
};
