import { endings } from '../directory/endings.ts';
import { MINUTE, SECOND, type Clock } from '../kernel/clock.ts';
import type { Job } from '../kernel/schedule.ts';
import type { Store } from '../store/port.ts';
import { and, eq, le, lt, type Query } from '../store/query.ts';
import { artifacts } from './artifact.ts';
import type { SessionEnding } from './end-session.ts';
import type { StandingOf } from './lineage.ts';

const JOB = 'endings';
const LEASE = MINUTE;
const WINDOW = 100;

/** The epoch has ended everything already: this tells the apps, and cleans up. */
export const endingJob = (store: Store, clock: Clock, sessions: SessionEnding, standing: StandingOf): Job => {
  const stale = async (accountId: string): Promise<Query> => {
    const now = await standing(accountId);
    const theirs = eq('accountId', accountId);
    return now ? and(theirs, lt('epoch', now.epoch)) : theirs;
  };

  return {
    name: JOB,
    every: 5 * SECOND,
    async run() {
      const query = le('dueAt', clock.now());
      const due = await store.claim(endings, { query, sort: [{ path: 'dueAt' }], lease: LEASE });
      if (!due) return false;
      const over = await stale(due.accountId);
      let ended;
      do {
        ended = (await store.find(artifacts, and(over, eq('model', 'Session')), { limit: WINDOW })).docs;
        for (const session of ended) {
          await sessions.tell(session);
          await store.remove(artifacts, session.id);
        }
      } while (ended.length > 0);
      await store.removeAll(artifacts, over);
      await store.remove(endings, due.id);
      return true;
    },
  };
};
