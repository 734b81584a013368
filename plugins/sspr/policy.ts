import { fold } from '../../src/kernel/text.ts';
import type { Account } from '../../src/plugin.ts';
import type { RecoveryName } from './collections.ts';
import type { PolicyConfig, SsprConfig } from './config.ts';
import { isKnowledge } from './methods/list.ts';
import type { MethodName } from './methods/names.ts';

/** What holds for one person. */
export interface Policy {
  readonly name: string;
  /** Different methods that a reset needs. */
  readonly gates: 1 | 2;
  /** Different methods that an unlock needs, which leaves the password as it is. */
  readonly unlockGates: 1 | 2;
  readonly methods: readonly MethodName[];
  /** How many gates the person is asked to be able to open: as many as are needed, where that many are allowed. */
  readonly wanted: number;
  readonly enforcement: 'required' | 'nag';
  readonly snoozeDays: number;
  readonly maxSnoozes: number;
  readonly reconfirmDays: number;
  /** At sign-in: never, where one is registered, or always. */
  readonly secondFactor: 'off' | 'registered' | 'required';
  /** Days for which a browser may be remembered instead of the second factor; 0 for never. */
  readonly rememberSecondFactorDays: number;
  /** Days after which a password expires; 0 for never. */
  readonly passwordMaxAgeDays: number;
}

/** Which policy holds for somebody and why, or why none does. */
export type Verdict =
  | {
      readonly kind: 'policy';
      readonly policy: Policy;
      /** The group that made it fit, as the configuration spells it; absent where it is for everybody. */
      readonly group?: string;
    }
  | {
      readonly kind: 'none';
      readonly why: 'disabled' | 'service' | 'scope-none' | 'not-included' | 'excluded' | 'no-policy';
      /** The group that is excluded. */
      readonly group?: string;
    };

interface Shown {
  /** What is offered as first gate. */
  readonly first: readonly MethodName[];
  /** The most gates that any policy asks for. */
  readonly mostGates: 1 | 2;
}

/** What of an account decides which policy is its own. */
export type Ruled = Pick<Account, 'kind' | 'active' | 'groups' | 'administrator'>;

export interface Policies {
  /** Undefined for whoever is out of scope, is no person, or may not sign in. */
  of(account: Ruled): Policy | undefined;
  verdict(account: Ruled): Verdict;
  /** What strangers are shown of a way back, the same for every typed name. */
  readonly strangers: Readonly<Record<RecoveryName, Shown>>;
}

const GATES_OF_ADMINISTRATORS = 2;

/** Different methods that a way back needs by a policy, administrators aside. */
const GATES: Readonly<Record<RecoveryName, (policy: PolicyConfig) => 1 | 2>> = {
  reset: ({ gates }) => gates,
  unlock: ({ gates, unlockGates = gates }) => unlockGates,
};

/** Methods that say nothing about anyone when offered to a stranger, and knowledge alone where that was accepted. */
const shownTo = (policies: readonly PolicyConfig[], gatesOf: (policy: PolicyConfig) => 1 | 2): Shown => {
  const first = policies.flatMap((policy) => {
    const isAlone = gatesOf(policy) === 1 && policy.questionsAlone !== undefined;
    return policy.methods.filter((method) => !isKnowledge(method) || isAlone);
  });
  return { first: [...new Set(first)], mostGates: policies.some((policy) => gatesOf(policy) === 2) ? 2 : 1 };
};

const effective = (policy: PolicyConfig, administrator: boolean): Policy => {
  const { name, enforcement, snoozeDays, reconfirmDays, secondFactor, rememberSecondFactorDays } = policy;
  const { passwordMaxAgeDays } = policy;
  const methods = [...new Set(policy.methods)].filter((method) => !administrator || !isKnowledge(method));
  const gates = administrator ? GATES_OF_ADMINISTRATORS : policy.gates;
  const unlockGates = administrator ? GATES_OF_ADMINISTRATORS : GATES.unlock(policy);
  return {
    name,
    gates,
    unlockGates,
    methods,
    wanted: Math.min(Math.max(gates, unlockGates), methods.length),
    enforcement,
    snoozeDays,
    maxSnoozes: policy.maxSnoozes ?? Infinity,
    reconfirmDays,
    secondFactor,
    rememberSecondFactorDays,
    passwordMaxAgeDays,
  };
};

/** The first of the named groups that somebody is in. */
const finding = (named: readonly string[]) => {
  const spelt = named.map((group) => [group, fold(group)] as const);
  return (held: ReadonlySet<string>): string | undefined => spelt.find(([, folded]) => held.has(folded))?.[0];
};

type Out = Extract<Verdict, { readonly kind: 'none' }>;

const none = (why: Out['why'], group?: string): Out => ({
  kind: 'none',
  why,
  ...(group === undefined ? {} : { group }),
});

/** Why somebody is out of scope, or undefined. */
const scopeOf = ({ scope, include, exclude }: SsprConfig) => {
  const included = finding(include);
  const excluded = finding(exclude);
  return (held: ReadonlySet<string>): Out | undefined => {
    if (scope === 'none') return none('scope-none');
    const out = excluded(held);
    if (out !== undefined) return none('excluded', out);
    return scope === 'selected' && included(held) === undefined ? none('not-included') : undefined;
  };
};

/** A policy with what makes it fit, each worked out once. */
const fitting = (policy: PolicyConfig) => ({
  everybody: policy.groups.length === 0,
  included: finding(policy.groups),
  excluded: finding(policy.exclude),
  person: effective(policy, false),
  administrator: effective(policy, true),
});

/** Folded names of groups. There are few, and everybody is in some. */
const folding = (): ((name: string) => string) => {
  const known = new Map<string, string>();
  return (name) => {
    const folded = known.get(name) ?? fold(name);
    known.set(name, folded);
    return folded;
  };
};

export const createPolicies = (config: SsprConfig): Policies => {
  const folded = folding();
  const outOfScope = scopeOf(config);
  const list = config.policies.map(fitting);

  const verdict = (account: Ruled): Verdict => {
    if (account.kind !== 'person') return none('service');
    if (!account.active) return none('disabled');
    const held = new Set(account.groups.map(folded));
    const out = outOfScope(held);
    if (out) return out;
    for (const { everybody, included, excluded, person, administrator } of list) {
      const group = included(held);
      if ((!everybody && group === undefined) || excluded(held) !== undefined) continue;
      const policy = account.administrator ? administrator : person;
      return { kind: 'policy', policy, ...(group === undefined ? {} : { group }) };
    }
    return none('no-policy');
  };

  return {
    verdict,
    of(account) {
      const found = verdict(account);
      return found.kind === 'policy' ? found.policy : undefined;
    },
    strangers: { reset: shownTo(config.policies, GATES.reset), unlock: shownTo(config.policies, GATES.unlock) },
  };
};
