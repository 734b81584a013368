import { DAY } from '../../../src/kernel/clock.ts';
import { AppError } from '../../../src/kernel/errors.ts';
import type { Trial } from '../../../src/plugin.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import type { Stored } from '../../../src/store/port.ts';
import { bindCounts } from '../collections.ts';
import type { BindCount } from '../collections.ts';
import type { DirectoryPolicy, EntryState } from '../dialects/dialect.ts';
import type { AuthorityParts } from './parts.ts';

/** Whose password is tried: a person, or a typed name that nobody bears. */
export interface Subject {
  readonly key: string;
  readonly policy: DirectoryPolicy;
  readonly state: Pick<EntryState, 'wrong' | 'stamp'>;
}

export type BindAdmission =
  | {
      readonly kind: 'admitted';
      /** The directory said that it was wrong. */
      wrong(): Promise<void>;
      /** It was right, or nothing was asked. */
      withdraw(): Promise<void>;
    }
  /** Wrong a moment ago, and so it is still. */
  | { readonly kind: 'wrong' }
  | { readonly kind: 'paused'; readonly until: number };

/**
 * Holds back wrong passwords, so that no directory ever locks an account because of us. Over all browsers, nodes and
 * servers together, no more than half of those that lock are tried within the time in which the directory counts them;
 * of these strangers have one half, and browsers in which the person signed in before have all that is left.
 */
export interface BindGuard {
  /** Counts a bind before it is made, so that any number at once are no more than their number. */
  admit(subject: Subject, password: string, trial: Trial): Promise<BindAdmission>;
}

const REMEMBERED = 3;
const MOST_TRIES = 100;

/** An open-ended count is looked at again after a day: by then a right password may have ended it. */
const windowOf = ({ window }: DirectoryPolicy): number => (window > 0 ? window : DAY);

const halfOf = ({ threshold }: DirectoryPolicy): number => Math.floor(threshold / 2);

interface Count {
  readonly before: Stored<BindCount> | undefined;
  readonly tries: number;
  readonly strange: number;
  readonly wrong: readonly string[];
}

const countOf = (before: Stored<BindCount> | undefined, stamp: string | undefined): Count => ({
  before,
  tries: before?.tries ?? 0,
  strange: before?.strange ?? 0,
  // What was wrong for another password says nothing of this one.
  wrong: before !== undefined && before.stamp === stamp ? before.wrong : [],
});

const isSpent = ({ tries, strange }: Count, { policy, state }: Subject, { known }: Trial): boolean => {
  const half = halfOf(policy);
  const strangers = half - Math.floor(half / 2);
  // Ours are among the server's, mostly: that they count twice keeps a distance from the lock.
  const last = state.wrong + tries + 1 >= policy.threshold;
  const endless = policy.window === 0 && state.wrong >= half;
  return tries >= half || (!known && strange >= strangers) || last || endless;
};

export const createBindGuard = ({ store, secrets, clock, config }: AuthorityParts): BindGuard => {
  const hashOf = (key: string, password: string): string => secrets.hash('directory password', `${key}\0${password}`);

  /** Reads and writes until nobody was faster; undefined from `next` leaves all as it is. */
  const rewrite = async (
    key: string,
    next: (before: Stored<BindCount> | undefined) => BindCount | undefined,
  ): Promise<void> => {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const before = await store.get(bindCounts, key);
      const after = next(before);
      if (!after) return;
      try {
        await store.commit([
          before ? change.swap(bindCounts, { ...after, version: before.version }) : change.insert(bindCounts, after),
        ]);
        return;
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
      }
    }
    throw new AppError('busy', 'too many sign-ins at once for one person', { retryAfter: 2 });
  };

  const stampOf = ({ state: { stamp } }: Subject) => (stamp === undefined ? {} : { stamp });

  const settling = (
    subject: Subject,
    hash: string,
    { known }: Trial,
  ): Extract<BindAdmission, { kind: 'admitted' }> => ({
    kind: 'admitted',
    wrong: () =>
      rewrite(subject.key, (before) => ({
        id: subject.key,
        tries: before?.tries ?? 1,
        strange: before?.strange ?? (known ? 0 : 1),
        wrong: [...countOf(before, subject.state.stamp).wrong, hash].slice(-REMEMBERED),
        ...stampOf(subject),
        until: clock.now() + windowOf(subject.policy),
      })),
    withdraw: () =>
      rewrite(subject.key, (before) => {
        // The window ended meanwhile, and the count with it.
        if (!before) return undefined;
        const { version: _, ...count } = before;
        return { ...count, tries: Math.max(0, count.tries - 1), strange: Math.max(0, count.strange - (known ? 0 : 1)) };
      }),
  });

  return {
    async admit(subject, password, trial) {
      const { key, policy, state } = subject;
      if (policy.threshold === 0) {
        const nothing = () => Promise.resolve();
        return { kind: 'admitted', wrong: nothing, withdraw: nothing };
      }
      const hash = hashOf(key, password);
      const refused: { by?: BindAdmission } = {};
      await rewrite(key, (before) => {
        const count = countOf(before, state.stamp);
        delete refused.by;
        if (count.wrong.includes(hash)) refused.by = { kind: 'wrong' };
        else if (isSpent(count, subject, trial)) {
          const until = before && before.tries > 0 ? before.until : clock.now() + windowOf(policy);
          refused.by = { kind: 'paused', until };
        }
        if (refused.by) return undefined;
        return {
          id: key,
          tries: count.tries + 1,
          strange: count.strange + (trial.known ? 0 : 1),
          wrong: [...count.wrong],
          ...stampOf(subject),
          // The directory counts from its own answer on.
          until: clock.now() + windowOf(policy) + config.timeouts.answer,
        };
      });
      return refused.by ?? settling(subject, hash, trial);
    },
  };
};
