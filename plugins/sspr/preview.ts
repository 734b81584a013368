import type { Registration } from './collections.ts';
import type { Methods } from './methods/list.ts';
import type { Policies, Policy, Ruled } from './policy.ts';
import { allowedBy, allWaysOf, isLastingFactor, patternOf, standingOf } from './standing.ts';
import type { Way } from './standing.ts';

/** What somebody can do by a policy. Whoever has none resets nothing, and is asked for no second factor. */
interface Ability {
  readonly reset: boolean;
  readonly unlock: boolean;
  readonly passesSecondFactor: boolean;
  /** Has a second factor, and is asked for it. */
  readonly isAsked: boolean;
}

const abilityOf = (methods: Methods, policy: Policy | undefined, ways: readonly Way[]): Ability => {
  if (!policy) return { reset: false, unlock: false, passesSecondFactor: true, isAsked: false };
  const allowed = allowedBy(policy, ways);
  const { missing, passesSecondFactor } = standingOf(policy, allowed);
  const isAsked = policy.secondFactor !== 'off' && allowed.some(({ method }) => isLastingFactor(methods[method]));
  return { reset: missing.reset === 0, unlock: missing.unlock === 0, passesSecondFactor, isAsked };
};

/**
 * What somebody has registered, as far as it decides anything: the same value for all who have the like.
 *
 * @param now epoch milliseconds
 */
export const registering = (methods: Methods, now: number) => {
  const known = new Map<string, readonly Way[]>();
  return (registration: Registration): readonly Way[] => {
    const ways = allWaysOf(methods, registration, now);
    const pattern = patternOf(ways);
    const like = known.get(pattern) ?? ways;
    known.set(pattern, like);
    return like;
  };
};

/** Each policy is asked once for each value of `registering`. */
const abilitiesOf = (methods: Methods) => {
  const known = new Map<Policy | undefined, Map<readonly Way[], Ability>>();
  return (policy: Policy | undefined, ways: readonly Way[]): Ability => {
    const byWays = known.get(policy) ?? new Map<readonly Way[], Ability>();
    known.set(policy, byWays);
    const ability = byWays.get(ways) ?? abilityOf(methods, policy, ways);
    byWays.set(ways, ability);
    return ability;
  };
};

/** People whom a change keeps from something that they can do today, and whom it lets do what they cannot. */
export interface Shift {
  lost: number;
  gained: number;
}

/** How somebody fares whose reset would be lost or gained; the names of policies are absent for whoever has none. */
export interface Fate {
  readonly change: 'lost' | 'gained';
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
}

/** The policies that hold for somebody. */
interface Under {
  readonly now: Policy | undefined;
  readonly then: Policy | undefined;
}

/** Asks once for all who come with one and the same list of groups, where rules go by nothing else. */
const underOf = ({ before, after }: Change) => {
  type Known = WeakMap<readonly string[], Under & { readonly qualifiedGroups: readonly string[] | undefined }>;
  const known: Readonly<Record<'people' | 'administrators', Known>> = {
    people: new WeakMap(),
    administrators: new WeakMap(),
  };
  const asked = (account: Ruled): Under => ({ now: before.of(account), then: after.of(account) });
  return (account: Ruled): Under => {
    if (before.goByAttributes || after.goByAttributes) return asked(account);
    const { groups, qualifiedGroups, administrator } = account;
    const alike = administrator ? known.administrators : known.people;
    const found = alike.get(groups);
    if (found && found.qualifiedGroups === qualifiedGroups) return found;
    const under = { ...asked(account), qualifiedGroups };
    alike.set(groups, under);
    return under;
  };
};

/** Adds one account to the preview; tells of those whose reset would be lost or gained. */
export const previewing = (change: Change, into: Preview) => {
  const [under, abilities] = [underOf(change), abilitiesOf(change.methods)];
  return (account: Ruled, ways: readonly Way[]): Fate | undefined => {
    if (account.kind !== 'person' || !account.active) return undefined;
    const { now, then } = under(account);
    const was = abilities(now, ways);
    const would = abilities(then, ways);
    into.people += 1;
    if (was.reset) into.canReset.before += 1;
    if (would.reset) into.canReset.after += 1;
    count(into.reset, was.reset, would.reset);
    count(into.unlock, was.unlock, would.unlock);
    count(into.secondFactor, was.passesSecondFactor, would.passesSecondFactor);
    count(into.asked, was.isAsked, would.isAsked);
    const shift = changeOf(was.reset, would.reset);
    if (!shift) return undefined;
    for (const group of account.groups.length > 0 ? account.groups : ['']) {
      const known = into.byGroup.get(group) ?? { lost: 0, gained: 0 };
      known[shift] += 1;
      into.byGroup.set(group, known);
    }
    return { change: shift, ...(now ? { before: now.name } : {}), ...(then ? { after: then.name } : {}) };
  };
};
