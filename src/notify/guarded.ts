import { DAY } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Limits } from '../limits/limit.ts';
import type { Store } from '../store/port.ts';
import type { Attempt, Channel } from './channel.ts';

export interface GuardOptions {
  readonly name: 'sms' | 'voice';
  /** Messages that the whole installation may send in a day. */
  readonly perDay: number;
  reaches(to: string): Promise<boolean>;
  readonly limits: Limits;
  readonly store: Pick<Store, 'commit'>;
  readonly log: Log;
}

/** It may have left after all, and cost something. */
const mayHaveLeft = (attempt: Attempt): boolean => attempt.outcome === 'taken' || 'unsure' in attempt;

/**
 * What keeps the bill small when somebody makes us send, to numbers they are paid for or out of malice: only where the
 * operator said, and only so many a day. What the day's number holds back waits; a notice leaves the day after, a code
 * expires.
 */
export const guarded = (channel: Channel, options: GuardOptions): Channel => {
  const { name, perDay, reaches, limits, store, log } = options;
  const limit = { name: `notify.${name}.day`, cap: perDay, window: DAY };
  const ALL = 'installation';

  return {
    async send(outgoing) {
      if (!(await reaches(outgoing.to))) return { outcome: 'refused', cause: 'country', about: 'message' };
      if (!(await limits.spend(limit, ALL))) {
        log.error({ channel: name, perDay }, 'as many messages as a day may have were sent: further ones wait');
        return { outcome: 'failed', cause: 'daily limit' };
      }
      const attempt = await channel.send(outgoing);
      if (!mayHaveLeft(attempt)) await store.commit([limits.returning(limit, ALL)]);
      return attempt;
    },
  };
};
