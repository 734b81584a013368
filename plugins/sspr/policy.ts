import { fold } from '../../src/kernel/text.ts';
import type { Account } from '../../src/plugin.ts';
import type { PolicyConfig, SsprConfig } from './config.ts';
import type { MethodName } from './methods/names.ts';

/** What holds for one person. */
export interface Policy {
  readonly name: string;
  /** Different methods that a reset needs. */
  readonly gates: 1 | 2;
  readonly methods: readonly MethodName[];
  /** How many methods the person is asked to register: as many as there are gates, where that many are allowed. */
  readonly wanted: number;
  readonly enforcement: 'required' | 'nag';
  readonly snoozeDays: number;
  readonly maxSnoozes: number;
  readonly reconfirmDays: number;
  readonly secondFactor: 'off' | 'registered' | 'required';
  readonly rememberSecondFactorDays: number;
}

export interface Policies {
  /** Undefined for whoever is out of scope, is no person, or may not sign in. */
  of(account: Account): Policy | undefined;
  /** What a stranger is offered as first gate, the same for every typed name. */
  readonly first: readonly MethodName[];
  /** The most gates that any policy asks for. */
  readonly mostGates: 1 | 2;
}

const GATES_OF_ADMINISTRATORS = 2;

const acceptsQuestionsAlone = (policy: PolicyConfig): boolean =>
  policy.gates === 1 && policy.questionsAlone !== undefined;

/** Methods that say nothing about anyone when offered to a stranger, and questions where that was accepted. */
const offeredFirst = (policy: PolicyConfig): readonly MethodName[] =>
  policy.methods.filter((method) => method !== 'questions' || acceptsQuestionsAlone(policy));

const effective = (policy: PolicyConfig, administrator: boolean): Policy => {
  const methods = [...new Set(policy.methods)].filter((method) => !administrator || method !== 'questions');
  const gates = administrator ? GATES_OF_ADMINISTRATORS : policy.gates;
  return {
    name: policy.name,
    gates,
    methods,
    wanted: Math.min(gates, methods.length),
    enforcement: policy.enforcement,
    snoozeDays: policy.snoozeDays,
    maxSnoozes: policy.maxSnoozes ?? Infinity,
    reconfirmDays: policy.reconfirmDays,
    secondFactor: policy.secondFactor,
    rememberSecondFactorDays: policy.rememberSecondFactorDays,
  };
};

export const createPolicies = (config: SsprConfig): Policies => {
  const isIn = (held: ReadonlySet<string>, named: readonly string[]): boolean =>
    named.some((group) => held.has(fold(group)));

  const inScope = (held: ReadonlySet<string>): boolean =>
    config.scope !== 'none' && (config.scope === 'all' || isIn(held, config.include)) && !isIn(held, config.exclude);

  return {
    of(account) {
      if (!account.active || account.kind !== 'person') return undefined;
      const held = new Set(account.groups.map(fold));
      if (!inScope(held)) return undefined;
      const policy = config.policies.find(({ groups }) => groups.length === 0 || isIn(held, groups));
      return policy && effective(policy, account.administrator);
    },
    first: [...new Set(config.policies.flatMap(offeredFirst))],
    mostGates: config.policies.some(({ gates }) => gates === 2) ? 2 : 1,
  };
};
