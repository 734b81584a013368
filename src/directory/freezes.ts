import { z } from 'zod';
import type { Audit } from '../audit/event.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import { change, defineCollection } from '../store/port.ts';
import type { Change, Store, Stored } from '../store/port.ts';
import { and, eq, gt } from '../store/query.ts';
import { endingEverything } from './endings.ts';
import type { By } from './people.ts';
import { people } from './person.ts';
import type { Person } from './person.ts';

/** Accounts whose owner said that something was done without them: nobody signs in to them here. */
export const freezes = defineCollection({
  name: 'freezes',
  shape: z.strictObject({
    /** The account's. */
    id: z.string(),
    /** When what was done without the owner happened (epoch milliseconds): proofs registered since are not believed. */
    since: z.number(),
    /** Since when nobody signs in (epoch milliseconds). */
    at: z.number(),
  }),
});

export type Freeze = z.infer<typeof freezes.shape>;

/** What became of an account that was to be frozen. */
export interface Freezing {
  /** `spared`: the last owner who could sign in is only signed out, or nobody could let anybody in again. */
  readonly outcome: 'frozen' | 'frozen before' | 'spared';
  readonly changes: readonly Change[];
}

/** Builders give changes with their audit events; whoever calls commits them, and reads anew when they conflict. */
export interface Freezes {
  of(accountId: string): Promise<Freeze | undefined>;
  /**
   * Ends everything signed in so far, and lets nobody sign in until it ends.
   *
   * @param since when what the owner disowned happened (epoch milliseconds); the earliest counts
   */
  freezing(accountId: string, since: number, by: By): Promise<Freezing>;
  /** Only ends everything signed in so far, for whom it would be too much. */
  signingOut(accountId: string): readonly Change[];
  /** Nothing where there is none. */
  ending(accountId: string, by: By & { readonly reason: string }): Promise<readonly Change[]>;
}

/** The role that appoints all others. */
export const OWNER = 'owner';

const MOST_OWNERS = 100;

const canSignIn = ({ kind, active }: Person): boolean => kind === 'person' && active;

/** Holders of an administrative role who may sign in. */
export const administratorsIn = async (store: Store): Promise<readonly Stored<Person>[]> => {
  const { docs } = await store.find(people, gt('adminRoles', ''), { limit: 1000 });
  return docs.filter(canSignIn);
};

export const createFreezes = (store: Store, clock: Clock, random: Random, audit: Audit): Freezes => {
  const otherOwner = async (id: string): Promise<Stored<Person> | undefined> => {
    const { docs } = await store.find(people, and(eq('adminRoles', OWNER), eq('active', true)), { limit: MOST_OWNERS });
    for (const owner of docs) {
      if (owner.id !== id && canSignIn(owner) && !(await store.get(freezes, owner.id))) return owner;
    }
    return undefined;
  };

  return {
    of: (accountId) => store.get(freezes, accountId),

    async freezing(accountId, since, by) {
      const event = (type: 'person.frozen' | 'person.spared'): Change =>
        audit.event({ ...by, type, result: 'success', subject: accountId });
      const ends = endingEverything(accountId, clock, random);
      const before = await store.get(freezes, accountId);
      if (before) {
        const earlier = { ...before, since: Math.min(before.since, since) };
        return { outcome: 'frozen before', changes: [change.swap(freezes, earlier), ...ends] };
      }
      const isOwner = (await store.get(people, accountId))?.adminRoles.includes(OWNER) === true;
      const other = isOwner ? await otherOwner(accountId) : undefined;
      if (isOwner && !other) return { outcome: 'spared', changes: [...ends, event('person.spared')] };
      const freeze = { id: accountId, since, at: clock.now() };
      // The other one still is an owner who can sign in: two that are frozen at once must not both count on each other.
      const guard = other ? [change.expect(people, other)] : [];
      return {
        outcome: 'frozen',
        changes: [...guard, change.insert(freezes, freeze), ...ends, event('person.frozen')],
      };
    },

    signingOut: (accountId) => endingEverything(accountId, clock, random),

    async ending(accountId, by) {
      const freeze = await store.get(freezes, accountId);
      if (!freeze) return [];
      return [
        // At this version: what was disowned meanwhile was not judged by whoever ends it.
        change.take(freezes, accountId, freeze.version),
        audit.event({ ...by, type: 'person.unfrozen', result: 'success', subject: accountId }),
      ];
    },
  };
};
