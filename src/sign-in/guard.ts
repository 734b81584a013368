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
  indexes: { account: { on: ['accountId'] } },
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
      /** Commit it with the sign-in that the attempt became. */
      readonly clearing: readonly Change[];
      /** The attempt was not evaluated after all. */
      withdraw(): Promise<void>;
    }
  | { readonly kind: 'paused'; readonly until: number }
  /** Paused as the account of somebody, under a name that is not: answer as to a wrong password, evaluate nothing. */
  | { readonly kind: 'wrong' };

export interface SignInGuard {
  /** Counts an attempt before it is evaluated, so that any number at once are no more than their number. */
  admit(attempt: Attempt): Promise<Admission>;
  /** Ends all pauses and counts of a person, as after a reset. */
  clearing(accountId: string): Promise<readonly Change[]>;
}

interface Key {
  readonly id: string;
  /** Whether a pause may be told: what is seen depends on the typed name and the browser, never on who exists. */
  readonly visible: boolean;
}

interface Reserved {
  readonly before: Counter | undefined;
  readonly after: Stored<Counter>;
}

type Reservation = { readonly until: number } | Reserved;

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

  const reserve = async (id: string, { password, accountId }: Attempt): Promise<Reservation> => {
    const wrong = secrets.hash('sign-in guard password', `${id}\0${password.normalize('NFKC')}`);
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const before = await store.get(signInGuards, id);
      if (before && before.pausedUntil > clock.now()) return { until: before.pausedUntil };
      if (before?.wrong.includes(wrong)) return { before, after: before };
      const next = counted(id, before, wrong, accountId);
      try {
        const after = before
          ? await store.swap(signInGuards, { ...next, version: before.version })
          : await store.insert(signInGuards, next);
        return { before, after };
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
      }
    }
    throw new AppError('busy', 'too many sign-ins at once for one name', { retryAfter: 2 });
  };

  const undo = async ({ before, after }: Reserved): Promise<void> => {
    try {
      if (before) await store.swap(signInGuards, { ...before, version: after.version });
      else await store.commit([change.take(signInGuards, after.id, after.version)]);
    } catch (error) {
      // Others have tried meanwhile; the count stays, which is the safe side.
      if (!(error instanceof Conflict)) throw error;
    }
  };

  return {
    async admit(attempt) {
      const keys = keysOf(attempt);
      const reserved: Reserved[] = [];
      let pausedUntil: number | undefined;
      for (const { id, visible } of keys) {
        const reservation = await reserve(id, attempt);
        if ('until' in reservation) return visible ? { kind: 'paused', until: reservation.until } : { kind: 'wrong' };
        reserved.push(reservation);
        if (visible && reservation.after.pausedUntil > clock.now()) pausedUntil = reservation.after.pausedUntil;
      }
      return {
        kind: 'admitted',
        ...(pausedUntil !== undefined && { pausedUntil }),
        clearing: keys.map(({ id }) => change.remove(signInGuards, id)),
        async withdraw() {
          for (const reservation of reserved) await undo(reservation);
        },
      };
    },

    async clearing(accountId) {
      const { docs } = await store.find(signInGuards, eq('accountId', accountId), { limit: 1000 });
      return docs.map(({ id }) => change.remove(signInGuards, id));
    },
  };
};
