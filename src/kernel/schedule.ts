import { AppError } from './errors.ts';
import type { Log } from './log.ts';
import type { Random } from './random.ts';

/** Work done beside requests. It must be safe to run on several nodes at once: it takes its items by `claim`. */
export interface Job {
  readonly name: string;
  /** Longest pause between two runs, in milliseconds. */
  readonly every: number;
  /** Does one round; true when there may be more to do at once. */
  run(): Promise<boolean>;
}

export interface Scheduler {
  /** Runs a job soon, without waiting for its pause to end. */
  kick(name: string): void;
  /** Runs every job, again and again, until none has more to do. For tests and for a clean stop. */
  settle(): Promise<void>;
  /** Lets running rounds finish and starts no more. */
  stop(): Promise<void>;
}

export interface Timers {
  /** Milliseconds between a kick and the round. */
  kickAfter(): number;
}

/**
 * Kicks a while later, and never after the same while: what a job does for somebody who exists must not hold up the
 * answer to whoever asked, nor be found by timing the next one.
 */
export const kickUnseen = (random: Random): Timers => ({ kickAfter: () => KICK_LEAST + random.below(KICK_SPREAD) });

const KICK_LEAST = 50;
const KICK_SPREAD = 250;

const ROUNDS_BEFORE_GIVING_UP = 10_000;

/**
 * @param timers false in tests: jobs then run only when kicked or settled, so that nothing depends on real time
 */
export const startScheduler = (
  jobs: readonly Job[],
  log: Log,
  timers: Timers | false = { kickAfter: () => 0 },
): Scheduler => {
  const running = new Map<string, Promise<boolean>>();
  const again = new Set<string>();
  const pauses = new Map<string, NodeJS.Timeout>();
  const byName = new Map(jobs.map((job) => [job.name, job]));
  let stopped = false;
  let finished = 0;

  const round = (job: Job): Promise<boolean> => {
    const current = running.get(job.name);
    if (current) {
      again.add(job.name);
      return current;
    }
    const run = job
      .run()
      .catch((error: unknown) => {
        log.error({ job: job.name, error }, 'a job failed and will run again');
        return false;
      })
      .finally(() => {
        finished += 1;
        running.delete(job.name);
      });
    running.set(job.name, run);
    return run;
  };

  const loop = async (job: Job): Promise<void> => {
    clearTimeout(pauses.get(job.name));
    const more = await round(job);
    if (stopped) return;
    if (more || again.delete(job.name)) {
      setImmediate(() => void loop(job));
      return;
    }
    if (!timers) return;
    clearTimeout(pauses.get(job.name));
    pauses.set(job.name, setTimeout(() => void loop(job), job.every).unref());
  };

  if (timers) for (const job of jobs) void loop(job);

  return {
    kick(name) {
      const job = byName.get(name);
      if (!job) throw new AppError('internal', `no job is named ${name}`);
      const begin = (): void => {
        if (!stopped) void loop(job);
      };
      if (timers) setTimeout(begin, timers.kickAfter()).unref();
      else setImmediate(begin);
    },

    async settle() {
      for (let count = 0; count < ROUNDS_BEFORE_GIVING_UP; count += 1) {
        let more = false;
        const before = finished;
        for (const job of jobs) {
          await running.get(job.name);
          if (await round(job)) more = true;
        }
        // A round that was kicked and ended meanwhile may have left work for a job that was asked before it.
        const undisturbed = finished === before + jobs.length;
        if (!more && again.size === 0 && undisturbed) return;
        again.clear();
      }
      throw new AppError('internal', 'jobs never came to rest');
    },

    async stop() {
      stopped = true;
      for (const pause of pauses.values()) clearTimeout(pause);
      await Promise.allSettled(running.values());
    },
  };
};
