import { gatesOf } from './gates.ts';
import type { Showing } from './gates.ts';
import type { Registration } from './collections.ts';
import type { Methods } from './methods/list.ts';
import type { Method } from './methods/method.ts';
import type { MethodName } from './methods/names.ts';
import type { Policy } from './policy.ts';
import { usable } from './registrations.ts';

/** Something registered that the policy allows and that can be used. */
export interface Way extends Showing {
  readonly method: MethodName;
  /** Id of what is registered. */
  readonly id: string;
  readonly secondFactor: boolean;
}

export interface Standing {
  /** The most gates that could be opened together, each with what would open it. */
  readonly gates: readonly Way[];
  /** What could be the second factor of a sign-in now. */
  readonly secondFactors: readonly Way[];
  /** Gates that a reset and an unlock lack; 0 where it can be done now. */
  readonly missing: { readonly reset: number; readonly unlock: number };
  /** Whether a sign-in gets past the second factor that the policy asks for. */
  readonly passesSecondFactor: boolean;
}

/**
 * All that somebody has, whatever a policy says of it.
 *
 * @param now epoch milliseconds
 */
export const allWaysOf = (methods: Methods, registration: Registration, now: number): readonly Way[] =>
  registration.methods.flatMap((one): Way[] => {
    if (!Object.hasOwn(methods, one.method)) return [];
    const name = one.method as MethodName;
    // Erased here, since each method has a shape of data of its own.
    const method: Method = methods[name];
    const held = usable(method, one);
    if (!held || (method.ends?.(held.data) ?? Infinity) <= now) return [];
    // After it opened the only gate of a reset, one stolen thing would be both factors.
    const secondFactor = isFactor(method) && (one.aloneUntil ?? 0) <= now;
    return [{ id: one.id, method: name, things: method.proves(held.data), secondFactor }];
  });

/**
 * What of these ways decides how somebody stands: methods, what may be a second factor, and which of them show the same
 * thing. Two people with one pattern stand alike under every policy.
 */
export const patternOf = (ways: readonly Way[]): string => {
  const things: string[] = [];
  const numberOf = (thing: string): number => {
    const at = things.indexOf(thing);
    return at < 0 ? things.push(thing) - 1 : at;
  };
  return ways
    .map((way) => `${way.method}${way.secondFactor ? '+' : ''} ${way.things.map(numberOf).join(' ')}`)
    .join(', ');
};

/** What a policy allows of it, in the policy's order. */
export const allowedBy = (policy: Policy, ways: readonly Way[]): readonly Way[] =>
  policy.methods.flatMap((name) => ways.filter(({ method }) => method === name));

export const waysOf = (methods: Methods, policy: Policy, registration: Registration, now: number): readonly Way[] =>
  allowedBy(policy, allWaysOf(methods, registration, now));

const isFactor = ({ secondFactor }: Pick<Method, 'secondFactor'>): boolean => secondFactor !== undefined;

/** One that is asked for, and that a policy may require; a backup is neither. */
export const isLastingFactor = ({ secondFactor }: Pick<Method, 'secondFactor'>): boolean =>
  secondFactor !== undefined && !secondFactor.backup;

/** How somebody with these ways stands to their policy. */
export const standingOf = (policy: Policy, ways: readonly Way[]): Standing => {
  const gates = gatesOf(ways);
  const secondFactors = policy.secondFactor === 'off' ? [] : ways.filter(({ secondFactor }) => secondFactor);
  return {
    gates,
    secondFactors,
    missing: {
      reset: Math.max(0, policy.gates - gates.length),
      unlock: Math.max(0, policy.unlockGates - gates.length),
    },
    passesSecondFactor: policy.secondFactor !== 'required' || secondFactors.length > 0,
  };
};

/** Whether a second factor is required and none is registered, be it one that rests for now. */
export const owesFactor = (methods: Methods, policy: Policy, ways: readonly Way[]): boolean =>
  policy.secondFactor === 'required' && !ways.some(({ method }) => isLastingFactor(methods[method]));

export interface Wanting {
  /** How many things the person is asked to register, at least. */
  readonly count: number;
  /** Methods of which one more would help, in the policy's order. */
  readonly by: readonly MethodName[];
}

/**
 * What is still to be registered. Another way of a method helps where it opens one more gate, or is the second factor
 * that is required; where one registration can be both, only what is both is counted as a way on.
 */
export const wantingOf = (methods: Methods, policy: Policy, registration: Registration, now: number): Wanting => {
  const ways = waysOf(methods, policy, registration, now);
  const { gates } = standingOf(policy, ways);
  const lacking = Math.max(0, policy.wanted - gates.length);
  const owes = owesFactor(methods, policy, ways);
  const opens = (method: MethodName): boolean => gatesOf([...ways, { method, things: [] }]).length > gates.length;
  const isSecond = (method: MethodName): boolean => isLastingFactor(methods[method]);
  const helps = (method: MethodName): boolean => (lacking > 0 && opens(method)) || (owes && isSecond(method));
  const both = policy.methods.filter((method) => lacking === 1 && owes && opens(method) && isSecond(method));
  return {
    count: Math.max(lacking, owes ? 1 : 0),
    by: both.length > 0 ? both : policy.methods.filter(helps),
  };
};
