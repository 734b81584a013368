import type { Account } from '../../src/plugin.ts';
import type { Registration } from './collections.ts';
import type { Methods } from './methods/list.ts';
import type { Policies, Policy } from './policy.ts';
import { allowedBy, allWaysOf, isLastingFactor, standingOf } from './standing.ts';
import type { Way } from './standing.ts';

/** What somebody can do by a policy. Whoever has none resets nothing, and is asked for no second factor. */
export interface Ability {
  readonly policy?: Policy;
  readonly reset: boolean;
  readonly unlock: boolean;
  readonly passesSecondFactor: boolean;
}

export const abilityOf = (policy: Policy | undefined, ways: readonly Way[]): Ability => {
  if (!policy) return { reset: false, unlock: false, passesSecondFactor: true };
  const { missing, passesSecondFactor } = standingOf(policy, allowedBy(policy, ways));
  return { policy, reset: missing.reset === 0, unlock: missing.unlock === 0, passesSecondFactor };
};

/** People whom a change keeps from something that they can do today, and whom it lets do what they cannot. */
export interface Shift {
  lost: number;
  gained: number;
}

export interface Affected {
  readonly id: string;
  readonly userName: string;
  readonly groups: readonly string[];
  readonly change: 'lost' | 'gained';
  /** Names of the policies; absent for whoever has none. */
  readonly before?: string;
  readonly after?: string;
}

export interface Preview {
  people: number;
  /** How many can reset their password now, and could then. */
  readonly canReset: { before: number; after: number };
  readonly reset: Shift;
  readonly unlock: Shift;
  /** `lost`: people who would be asked for a second factor that they do not have. */
  readonly secondFactor: Shift;
  /** `lost`: people who have a second factor, are asked for it now, and would sign in by the password alone. */
  readonly asked: Shift;
  /** The shift of the reset, by group; somebody in several counts in each, somebody in none under ''. */
  readonly byGroup: Map<string, Shift>;
}

export const emptyPreview = (): Preview => ({
  people: 0,
  canReset: { before: 0, after: 0 },
  reset: { lost: 0, gained: 0 },
  unlock: { lost: 0, gained: 0 },
  secondFactor: { lost: 0, gained: 0 },
  asked: { lost: 0, gained: 0 },
  byGroup: new Map(),
});

/** Whoever is out of scope is asked for none, whatever they have. */
const isAsked = (methods: Methods, policy: Policy | undefined, ways: readonly Way[]): boolean =>
  policy !== undefined &&
  policy.secondFactor !== 'off' &&
  allowedBy(policy, ways).some(({ method }) => isLastingFactor(methods[method]));

const changeOf = (before: boolean, after: boolean): 'lost' | 'gained' | undefined => {
  if (before === after) return undefined;
  return before ? 'lost' : 'gained';
};

const count = (shift: Shift, before: boolean, after: boolean): void => {
  const change = changeOf(before, after);
  if (change) shift[change] += 1;
};

export interface Change {
  readonly before: Policies;
  readonly after: Policies;
  readonly methods: Methods;
  readonly now: number;
}

/** Adds one account to the preview; tells of those whose reset would be lost or gained. */
export const previewing =
  ({ before, after, methods, now }: Change, into: Preview) =>
  (account: Account, registration: Registration): Affected | undefined => {
    if (account.kind !== 'person' || !account.active) return undefined;
    const ways = allWaysOf(methods, registration, now);
    const was = abilityOf(before.of(account), ways);
    const would = abilityOf(after.of(account), ways);
    into.people += 1;
    if (was.reset) into.canReset.before += 1;
    if (would.reset) into.canReset.after += 1;
    count(into.reset, was.reset, would.reset);
    count(into.unlock, was.unlock, would.unlock);
    count(into.secondFactor, was.passesSecondFactor, would.passesSecondFactor);
    count(into.asked, isAsked(methods, was.policy, ways), isAsked(methods, would.policy, ways));
    const change = changeOf(was.reset, would.reset);
    if (!change) return undefined;
    const { id, userName, groups } = account;
    for (const group of groups.length > 0 ? groups : ['']) {
      const shift = into.byGroup.get(group) ?? { lost: 0, gained: 0 };
      shift[change] += 1;
      into.byGroup.set(group, shift);
    }
    return {
      id,
      userName,
      groups,
      change,
      ...(was.policy ? { before: was.policy.name } : {}),
      ...(would.policy ? { after: would.policy.name } : {}),
    };
  };
