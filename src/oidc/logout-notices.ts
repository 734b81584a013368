import { z } from 'zod';
import { DAY, MINUTE, SECOND, type Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Job } from '../kernel/schedule.ts';
import { change, Conflict, defineCollection, type Change, type Store, type Stored } from '../store/port.ts';
import { le } from '../store/query.ts';

/** Apps that are still to be told that a session ended (OpenID Connect Back-Channel Logout 1.0). */
export const logoutNotices = defineCollection({
  name: 'logoutNotices',
  shape: z.strictObject({
    /** The session id that the app knows, so that it is told once. */
    id: z.string(),
    clientId: z.string(),
    accountId: z.string(),
    attempts: z.int(),
    dueAt: z.number(),
    expiresAt: z.number(),
  }),
  indexes: { due: { on: ['dueAt'] } },
  expiry: 'expiresAt',
});

export type LogoutNotice = z.infer<typeof logoutNotices.shape>;

export const JOB = 'logout-notices';

const LEASE = MINUTE;
const FIRST_PAUSE = 5 * SECOND;
const LONGEST_PAUSE = 30 * MINUTE;

/** An app that could not be reached for so long has ended its own session by then, or never will. */
const GIVEN_UP_AFTER = DAY;

export const logoutNotice = (clientId: string, accountId: string, sid: string, now: number): LogoutNotice => ({
  id: sid,
  clientId,
  accountId,
  attempts: 0,
  dueAt: now,
  expiresAt: now + GIVEN_UP_AFTER,
});

export const noticing = (notice: LogoutNotice): Change => change.insert(logoutNotices, notice);

/** Sends the signed logout token to the app; throws when it was not taken. */
export type Deliver = (notice: LogoutNotice) => Promise<void>;

const postponed = (notice: Stored<LogoutNotice>, now: number): Stored<LogoutNotice> => ({
  ...notice,
  attempts: notice.attempts + 1,
  dueAt: now + Math.min(FIRST_PAUSE * 2 ** notice.attempts, LONGEST_PAUSE),
});

export const logoutNoticeJob = (store: Store, clock: Clock, log: Log, deliver: Deliver): Job => ({
  name: JOB,
  every: FIRST_PAUSE,
  async run() {
    const now = clock.now();
    const notice = await store.claim(logoutNotices, {
      query: le('dueAt', now),
      sort: [{ path: 'dueAt' }],
      lease: LEASE,
    });
    if (!notice) return false;
    try {
      await deliver(notice);
      await store.remove(logoutNotices, notice.id);
    } catch (error) {
      const { clientId, attempts } = notice;
      log.warn({ clientId, attempts, error }, 'an app could not be told that a session ended');
      await store.swap(logoutNotices, postponed(notice, now)).catch((late: unknown) => {
        // Another node took over after the lease.
        if (!(late instanceof Conflict)) throw late;
      });
    }
    return true;
  },
});
