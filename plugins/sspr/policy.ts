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

/** What of somebody a rule named, as the configuration spells it: a group, or a value of an attribute. */
export interface Grounds {
  readonly group?: string;
  readonly attribute?: { readonly name: string; readonly value: string };
}

/** Which policy holds for somebody and why, or why none does. Without grounds it is so for everybody. */
export type Verdict = Grounds &
  (
    | { readonly kind: 'policy'; readonly policy: Policy }
    | {
        readonly kind: 'none';
        readonly why: 'disabled' | 'service' | 'scope-none' | 'not-included' | 'excluded' | 'no-policy';
      }
  );

interface Shown {
  /** What is offered as first gate. */
  readonly first: readonly MethodName[];
  /** The most gates that any policy asks for. */
  readonly mostGates: 1 | 2;
}

/** What of an account decides which policy is its own. */
export type Ruled = Pick<Account, 'kind' | 'active' | 'groups' | 'qualifiedGroups' | 'attributes' | 'administrator'>;

export interface Policies {
  /** Undefined for whoever is out of scope, is no person, or may not sign in. */
  of(account: Ruled): Policy | undefined;
  verdict(account: Ruled): Verdict;
  /** Whether any rule names an attribute. */
  readonly goByAttributes: boolean;
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

/** Somebody as rules see them, each name folded once. */
interface Held {
  /** Those that any rule names. */
  readonly groups: readonly string[];
  values(attribute: string): ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();

/** The first of what rules name that somebody is or has. */
const finding = (groups: readonly string[], attributes: Readonly<Record<string, readonly string[]>>) => {
  const spelt = groups.map((group) => [group, fold(group)] as const);
  const valued = Object.entries(attributes).flatMap(([name, values]) =>
    values.map((value) => ({ grounds: { attribute: { name, value } }, name, folded: fold(value) })),
  );
  return (held: Held): Grounds | undefined => {
    const group = spelt.find(([, folded]) => held.groups.includes(folded))?.[0];
    if (group !== undefined) return { group };
    return valued.find(({ name, folded }) => held.values(name).has(folded))?.grounds;
  };
};

type Out = Extract<Verdict, { readonly kind: 'none' }>;

const none = (why: Out['why'], grounds: Grounds = {}): Out => ({ kind: 'none', why, ...grounds });

/** Why somebody is out of scope, or undefined. */
const scopeOf = ({ scope, include, includeAttributes, exclude, excludeAttributes }: SsprConfig) => {
  const included = finding(include, includeAttributes);
  const excluded = finding(exclude, excludeAttributes);
  return (held: Held): Out | undefined => {
    if (scope === 'none') return none('scope-none');
    const out = excluded(held);
    if (out) return none('excluded', out);
    return scope === 'selected' && !included(held) ? none('not-included') : undefined;
  };
};

/** A policy with what makes it fit, each worked out once. */
const fitting = (policy: PolicyConfig) => ({
  everybody: policy.groups.length + Object.keys(policy.attributes).length === 0,
  included: finding(policy.groups, policy.attributes),
  excluded: finding(policy.exclude, policy.excludeAttributes),
  person: effective(policy, false),
  administrator: effective(policy, true),
});

/** Of all groups that somebody is in, the folded names of those that any rule names. */
const namedGroups = ({ include, exclude, policies }: SsprConfig) => {
  const rules = [include, exclude, ...policies.flatMap(({ groups, exclude: except }) => [groups, except])];
  const named = new Set(rules.flat().map(fold));
  // Whoever asks about everybody meets the same names again and again.
  const known = new Map<string, string | undefined>();
  return (groups: readonly string[]): readonly string[] => {
    const held: string[] = [];
    for (const group of groups) {
      if (!known.has(group))
        known.set(
          group,
          [fold(group)].find((folded) => named.has(folded)),
        );
      const folded = known.get(group);
      if (folded !== undefined) held.push(folded);
    }
    return held;
  };
};

const goByAttributes = ({ includeAttributes, excludeAttributes, policies }: SsprConfig): boolean =>
  [{ attributes: includeAttributes, excludeAttributes }, ...policies].some(
    (rule) => Object.keys({ ...rule.attributes, ...rule.excludeAttributes }).length > 0,
  );

export const createPolicies = (config: SsprConfig): Policies => {
  const namedAmong = namedGroups(config);
  const outOfScope = scopeOf(config);
  const list = config.policies.map(fitting);

  const verdict = (account: Ruled): Verdict => {
    if (account.kind !== 'person') return none('service');
    if (!account.active) return none('disabled');
    const { attributes = {}, qualifiedGroups } = account;
    const held: Held = {
      groups: namedAmong(qualifiedGroups ? [...account.groups, ...qualifiedGroups] : account.groups),
      values: (name) => {
        const values = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
        return values ? new Set(values.map(fold)) : NOTHING;
      },
    };
    const out = outOfScope(held);
    if (out) return out;
    for (const { everybody, included, excluded, person, administrator } of list) {
      const grounds = included(held);
      if ((!everybody && !grounds) || excluded(held)) continue;
      return { kind: 'policy', policy: account.administrator ? administrator : person, ...grounds };
    }
    return none('no-policy');
  };

  return {
    verdict,
    goByAttributes: goByAttributes(config),
    of(account) {
      const found = verdict(account);
      return found.kind === 'policy' ? found.policy : undefined;
    },
    strangers: { reset: shownTo(config.policies, GATES.reset), unlock: shownTo(config.policies, GATES.unlock) },
  };
};
