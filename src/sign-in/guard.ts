import { z } from 'zod';
import { DAY, type Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Secrets } from '../kernel/secrets.ts';
import { fold } from '../kernel/text.ts';
import { change, Conflict, defineCollection, type Change, type Store, type Stored } from '../store/port.ts';
import { eq } from '../store/query.ts';

/** How often wrong passwords were tried, for a name by strangers, for an account by strangers, for a known browser. */
export const signInGuards = defineCollection({
  name: 'signInGuards',
  shape: z.strictObject({
    id: z.string(),
    /** Whose it is, where the name is somebody's: a reset of theirs clears it. */
    accountId: z.string().exactOptional(),
    /** Keyed hashes of the last ones: the same wrong password counts once. */
    wrong: z.array(z.string()),
    attempts: z.int(),
    pausedUntil: z.number(),
    expiresAt: z.number(),
  }),
  indexes: { account: { on: ['accountId'], sparse: true } },
  expiry: 'expiresAt',
});

type Counter = z.infer<typeof signInGuards.shape>;

/** Who tries, and where. */
export interface Attempt {
  readonly typedName: string;
  readonly password: string;
  readonly accountId?: string;
  /** Hash of the browser when the person signed in there before: it is counted apart from strangers. */
  readonly knownBrowser?: string;
}

export interface GuardSettings {
  /** Different wrong passwords after which a pause begins. */
  readonly attempts: number;
  /** Milliseconds of the first pause; each further wrong password makes one twice as long. */
  readonly pause: number;
  readonly longestPause: number;
}

export type Admission =
  | {
      readonly kind: 'admitted';
      /** When the pause ends that this attempt began, if the password turns out wrong. */
      readonly pausedUntil?: number;
      /** Ids of what it was counted by: for `cleared`, once the attempt has become a sign-in. */
      readonly counters: readonly string[];
      /** The attempt was not evaluated after all. */
      withdraw(): Promise<void>;
    }
  | { readonly kind: 'paused'; readonly until: number }
  /** Paused as the account of somebody, under a name that is not: answer as to a wrong password, evaluate nothing. */
  | { readonly kind: 'wrong'; readonly pausedUntil?: number };

export interface SignInGuard {
  /** Counts an attempt before it is evaluated, so that any number at once are no more than their number. */
  admit(attempt: Attempt): Promise<Admission>;
  /** Commit it with the sign-in that an attempt became. */
  cleared(counters: readonly string[]): readonly Change[];
  /** Whether a pause keeps a person out, be it only where some have tried. */
  pauses(accountId: string): Promise<boolean>;
  /** Ends all pauses and counts of a person, as after a reset. */
  clearing(accountId: string): Promise<readonly Change[]>;
}

interface Key {
  readonly id: string;
  /** Whether a pause may be told: what is seen depends on the typed name and the browser, never on who exists. */
  readonly visible: boolean;
}

/** A counter as it was, and as it is when the attempt counts. */
interface Count {
  readonly key: Key;
  readonly before: Stored<Counter> | undefined;
  /** The same as before when this password was counted already. */
  readonly after: Counter;
}

const QUIET = DAY;
const MOST_TRIES = 100;

export const createSignInGuard = (
  store: Store,
  secrets: Secrets,
  clock: Clock,
  settings: GuardSettings,
): SignInGuard => {
  const keysOf = ({ typedName, accountId, knownBrowser }: Attempt): readonly Key[] => {
    const key = (kind: string, value: string, visible: boolean): Key => ({
      id: secrets.hash(`sign-in guard ${kind}`, value),
      visible,
    });
    if (knownBrowser !== undefined) return [key('browser', `${knownBrowser}\0${accountId ?? ''}`, true)];
    const name = key('name', fold(typedName.trim()), true);
    return accountId === undefined ? [name] : [name, key('account', accountId, false)];
  };

  const counted = (id: string, before: Counter | undefined, wrong: string, accountId: string | undefined): Counter => {
    const now = clock.now();
    const attempts = (before?.attempts ?? 0) + 1;
    const over = attempts - settings.attempts;
    const pause = over < 0 ? 0 : Math.min(settings.pause * 2 ** Math.min(over, 30), settings.longestPause);
    return {
      id,
      wrong: [...(before?.wrong ?? []), wrong].slice(-settings.attempts),
      attempts,
      pausedUntil: pause === 0 ? 0 : now + pause,
      expiresAt: now + pause + QUIET,
      ...(accountId !== undefined && { accountId }),
    };
  };

  const count = async (key: Key, { password, accountId }: Attempt): Promise<Count> => {
    const wrong = secrets.hash('sign-in guard password', `${key.id}\0${password.normalize('NFKC')}`);
    const before = await store.get(signInGuards, key.id);
    const after = before?.wrong.includes(wrong) === true ? before : counted(key.id, before, wrong, accountId);
    return { key, before, after };
  };

  const isPaused = ({ before }: Count): boolean => (before?.pausedUntil ?? 0) > clock.now();

  const writing = ({ before, after }: Count): readonly Change[] => {
    if (after === before) return [];
    return [
      before ? change.swap(signInGuards, { ...after, version: before.version }) : change.insert(signInGuards, after),
    ];
  };

  /** Takes back what was written, unless others have tried meanwhile: then the count stays, which is the safe side. */
  const undo = async (counts: readonly Count[]): Promise<void> => {
    const changes = counts.flatMap(({ before, after }) => {
      if (after === before) return [];
      return [
        before
          ? change.swap(signInGuards, { ...before, version: before.version + 1 })
          : change.take(signInGuards, after.id, 1),
      ];
    });
    await store.commit(changes).catch((error: unknown) => {
      if (!(error instanceof Conflict)) throw error;
    });
  };

  /** One try at counting. Undefined when another attempt came in between. */
  const tryToAdmit = async (attempt: Attempt): Promise<Admission | undefined> => {
    const counts = await Promise.all(keysOf(attempt).map((key) => count(key, attempt)));
    const told = counts.find((each) => each.key.visible && isPaused(each));
    if (told?.before) return { kind: 'paused', until: told.before.pausedUntil };
    const counting = counts.filter((each) => !isPaused(each));
    const changes = counting.flatMap(writing);
    try {
      if (changes.length > 0) await store.commit(changes);
    } catch (error) {
      if (error instanceof Conflict) return undefined;
      throw error;
    }
    const begun = counting.find(({ key, after }) => key.visible && after.pausedUntil > clock.now());
    const pause = begun && { pausedUntil: begun.after.pausedUntil };
    if (counting.length < counts.length) return { kind: 'wrong', ...pause };
    return {
      kind: 'admitted',
      ...pause,
      counters: counts.map(({ key }) => key.id),
      withdraw: () => undo(counts),
    };
  };

  const countersOf = async (accountId: string): Promise<readonly Counter[]> =>
    (await store.find(signInGuards, eq('accountId', accountId), { limit: 1000 })).docs;

  return {
    async admit(attempt) {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const admission = await tryToAdmit(attempt);
        if (admission) return admission;
      }
      throw new AppError('busy', 'too many sign-ins at once for one name', { retryAfter: 2 });
    },

    cleared: (counters) => counters.map((id) => change.remove(signInGuards, id)),

    async pauses(accountId) {
      return (await countersOf(accountId)).some(({ pausedUntil }) => pausedUntil > clock.now());
    },

    async clearing(accountId) {
      return (await countersOf(accountId)).map(({ id }) => change.remove(signInGuards, id));
    },
  };
};
