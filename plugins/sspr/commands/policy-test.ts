import type { Account, CommandContribution, CommandOutput, Freeze } from '../../../src/plugin.ts';
import type { Registered, Registration } from '../collections.ts';
import type { SsprConfig } from '../config.ts';
import { asDirected } from '../desk.ts';
import { createMethods } from '../methods/list.ts';
import type { Methods } from '../methods/list.ts';
import type { Method } from '../methods/method.ts';
import { whileFrozen } from '../not-me/frozen.ts';
import { createPolicies } from '../policy.ts';
import type { Grounds, Policy, Verdict } from '../policy.ts';
import { heldOf, registrationOf } from '../registrations.ts';
import { besidePassword } from '../staleness/marks.ts';
import { standingOf, wantingOf, waysOf } from '../standing.ts';
import type { Standing, Way } from '../standing.ts';

const REASONS = {
  disabled: 'the account is disabled',
  service: 'it is the account of a program',
  'scope-none': 'nobody is in scope',
  'not-included': 'nothing of theirs is in scope',
  excluded: 'out of scope',
  'no-policy': 'no policy fits',
} as const;

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

interface Judged {
  readonly method: string;
  readonly id: string;
  readonly addedAt: string;
  readonly counts: boolean;
  /** Why the person is asked about it at the next sign-in. */
  readonly stale?: NonNullable<Registered['stale']>['reason'];
  /** Why it does not count, or not as a gate of its own. */
  readonly because?: 'not allowed' | 'dead' | 'unreadable' | 'shows the same as another' | 'another of one method';
}

const becauseOf = (policy: Policy, one: Registered, ways: readonly Way[], gates: readonly Way[]): Judged['because'] => {
  if (!policy.methods.some((name) => name === one.method)) return 'not allowed';
  if (one.stale?.dead) return 'dead';
  if (!ways.some(({ id }) => id === one.id)) return 'unreadable';
  if (gates.some(({ id }) => id === one.id)) return undefined;
  return gates.some(({ method }) => method === one.method) ? 'another of one method' : 'shows the same as another';
};

const judged = (policy: Policy, { methods }: Registration, ways: readonly Way[], standing: Standing): Judged[] =>
  methods.map((one) => {
    const because = becauseOf(policy, one, ways, standing.gates);
    return {
      method: one.method,
      id: one.id,
      addedAt: new Date(one.addedAt).toISOString(),
      counts: because === undefined,
      ...(one.stale ? { stale: one.stale.reason } : {}),
      ...(because === undefined ? {} : { because }),
    };
  });

/** What others gave them, such as a pass, and what it opens now; over where it opens nothing any more. */
const given = (methods: Methods, registration: Registration) =>
  Object.values<Method>(methods).flatMap((method) =>
    heldOf(method, registration).flatMap(({ data }) => {
      const opens = method.given?.opens(data);
      return opens === undefined ? [] : [{ method: method.name, opens }];
    }),
  );

/** What they registered themselves. */
const withoutGiven = (methods: Methods, registration: Registration): Registration => {
  const names = Object.values<Method>(methods).flatMap((method) => (method.given ? [method.name] : []));
  return { ...registration, methods: registration.methods.filter(({ method }) => !names.includes(method)) };
};

type Applies = Extract<Verdict, { readonly kind: 'policy' }>;

interface Question {
  readonly account: Account;
  readonly verdict: Applies;
  readonly freeze: Freeze | undefined;
  readonly registration: Registration;
  readonly methods: Methods;
  readonly now: number;
}

/** How somebody stands to their policy, for programs. */
const told = ({ account, verdict, freeze, methods, now, ...found }: Question) => {
  const { group, attribute } = verdict;
  const person = { account, policy: verdict.policy, registration: found.registration };
  const { policy, registration } = freeze ? whileFrozen(person, freeze) : person;
  const ways = waysOf(methods, policy, registration, now);
  const standing = standingOf(policy, ways);
  const signIn = standingOf(policy, waysOf(methods, policy, besidePassword(registration), now));
  const wanting = wantingOf(methods, policy, registration, now);
  const can = (needed: number, missing: number) => ({ possible: missing === 0, gates: needed, missing });
  return {
    user: { id: account.id, userName: account.userName, administrator: account.administrator },
    policy: { name: policy.name, ...(group === undefined ? {} : { group }), ...(attribute ? { attribute } : {}) },
    methods: judged(policy, withoutGiven(methods, registration), ways, standing),
    given: given(methods, registration),
    gates: standing.gates.length,
    reset: can(policy.gates, standing.missing.reset),
    unlock: can(policy.unlockGates, standing.missing.unlock),
    secondFactor: {
      policy: policy.secondFactor,
      possible: signIn.passesSecondFactor,
      methods: [...new Set(signIn.secondFactors.map(({ method }) => method))],
    },
    toRegister: { count: wanting.count, by: wanting.by },
    ...(freeze ? { frozenSince: new Date(freeze.since).toISOString() } : {}),
    ...(registration.holdUntil > now ? { nothingMayBeAddedUntil: new Date(registration.holdUntil).toISOString() } : {}),
  };
};

type Told = ReturnType<typeof told>;

const answer = ({ possible, gates, missing }: Told['reset']): string =>
  possible ? `yes (gates: ${String(gates)})` : `no: ${String(missing)} of ${String(gates)} gates cannot be opened`;

const secondFactorLine = ({ policy, possible, methods }: Told['secondFactor']): string => {
  if (policy === 'off') return 'never asked for';
  if (!possible) return 'no: one is required, and none can be used';
  return methods.length > 0 ? methods.join(', ') : 'none, and none is asked for';
};

const countsLine = ({ because, stale }: Judged): string => {
  if (because !== undefined) return `no: ${because}`;
  return stale === undefined ? 'yes' : `yes, but ${stale}: they are asked about it`;
};

const groundsLine = ({ group, attribute }: Grounds): string | undefined => {
  if (group !== undefined) return `the group ${group}`;
  return attribute && `the ${attribute.name} ${JSON.stringify(attribute.value)}`;
};

const lines = (result: Told): CommandOutput['text'] => {
  const { user, policy, methods, toRegister } = result;
  const why = groundsLine(policy);
  const more = `${String(toRegister.count)} more, by ${toRegister.by.join(' or ') || 'nothing that the policy allows'}`;
  return [
    [
      ['user', `${user.userName} (${user.id})${user.administrator ? ', an administrator' : ''}`],
      ['policy', `${policy.name}, for ${why ?? 'everybody'}`],
      ...(result.frozenSince === undefined ? [] : [['frozen', `two methods older than ${result.frozenSince} open it`]]),
      ['reset', answer(result.reset)],
      ['unlock', answer(result.unlock)],
      ['second factor', secondFactorLine(result.secondFactor)],
      ...result.given.map(({ method, opens }) => [`given a ${method}`, `for ${opens}`]),
      ['to register', toRegister.count === 0 ? 'nothing' : more],
      ...(result.nothingMayBeAddedUntil === undefined ? [] : [['on hold until', result.nothingMayBeAddedUntil]]),
    ],
    ...(methods.length === 0
      ? ['nothing is registered']
      : [
          [
            ['METHOD', 'ADDED', 'COUNTS'],
            ...methods.map((one) => [one.method, day(Date.parse(one.addedAt)), countsLine(one)]),
          ],
        ]),
  ];
};

const outside = (
  { id, userName }: Account,
  { kind: _kind, why, ...grounds }: Extract<Verdict, { kind: 'none' }>,
): CommandOutput => {
  const by = groundsLine(grounds);
  return {
    value: { user: { id, userName }, policy: null, because: why, ...grounds },
    text: [`${userName} (${id}) has no policy: ${REASONS[why]}${by === undefined ? '' : `, by ${by}`}`],
  };
};

/** `latchkey policy test`: what holds for somebody, and how they stand to it. */
export const policyTest: CommandContribution<SsprConfig> = {
  name: 'policy test',
  description: 'tell which policy applies to somebody, and whether they could reset their password now',
  arguments: [{ name: 'user', description: 'user name, mail address or id' }],
  async run({ host, config, account: find, arguments: { user = '' } }) {
    const account = await find(user);
    const verdict = createPolicies(config).verdict(account);
    if (verdict.kind === 'none') return outside(account, verdict);
    const methods = createMethods(host, config);
    const stored = await registrationOf(host.store, account.id);
    const value = told({
      account,
      verdict,
      freeze: await host.freezes?.of(account.id),
      registration: await asDirected({ host, methods }, account, stored),
      methods,
      now: host.clock.now(),
    });
    return { value, text: lines(value) };
  },
};
