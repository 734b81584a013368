import { MINUTE } from '../../../src/kernel/clock.ts';
import type { Account } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import type { Challenge, Factor, Flow, Registered } from '../collections.ts';
import type { Proved, Sending } from '../methods/method.ts';
import type { AttemptEvent } from '../proving/gate.ts';
import type { MaybeStored } from '../registrations.ts';
import { defineFlow, outOfOrder } from './table.ts';
import type { Transition } from './table.ts';

/** What can happen between the right password and the session. */
export type FactorEvent =
  /** Something was sent to answer with. */
  | {
      readonly type: 'issue';
      readonly challenge: Challenge;
      readonly account: Account;
      readonly message?: Sending;
      readonly changes?: readonly Change[];
    }
  | AttemptEvent
  | {
      readonly type: 'prove';
      readonly account: Account;
      readonly method: string;
      /** Which registration was proved. */
      readonly registered: string;
      /** What the sign-in is told. */
      readonly factor: Factor;
      readonly registration: MaybeStored;
      /** What the proof makes of what is registered (see `Proved`). */
      readonly becomes?: Registered['data'] | null;
      readonly changes?: readonly Change[];
      readonly telling?: Proved<unknown>['telling'];
      /** It was counted as an attempt before. */
      readonly counted: boolean;
    };

export type FactorEventOf<T extends FactorEvent['type']> = Extract<FactorEvent, { type: T }>;

/** Wrong answers that a sign-in takes, whichever ways they were tried by. */
export const MOST_TRIES = 5;

export const triesOf = ({ tries }: Flow): number => Object.values(tries).reduce((sum, count) => sum + count, 0);

type State = 'proving' | 'proved';
type At<S extends State> = Flow & { readonly state: S };
type Arrow<S extends State, T extends FactorEvent['type']> = Transition<S, Flow, FactorEventOf<T>, FactorEffect>;

const to = <S extends State>(flow: Flow, state: S): At<S> => ({ ...flow, state });

const issue = (flow: Flow, { challenge }: FactorEventOf<'issue'>): At<'proving'> => {
  const others = flow.challenges.filter(({ method }) => method !== challenge.method);
  return to({ ...flow, challenges: [...others, challenge] }, 'proving');
};

const attempt = (flow: Flow, { method }: AttemptEvent): At<'proving'> => {
  if (triesOf(flow) >= MOST_TRIES) throw outOfOrder('this sign-in was guessed at too often');
  return to({ ...flow, tries: { ...flow.tries, [method]: (flow.tries[method] ?? 0) + 1 } }, 'proving');
};

const prove = (flow: Flow, { account, factor }: FactorEventOf<'prove'>): At<'proved'> => {
  if (flow.accountId !== account.id || flow.epoch !== account.epoch) throw outOfOrder('another person than signs in');
  return to({ ...flow, factor, challenges: [] }, 'proved');
};

export type FactorEffect = 'send' | 'count' | 'uncount' | 'use' | 'audit';

const proving: {
  readonly issue: Arrow<'proving', 'issue'>;
  readonly attempt: Arrow<'proving', 'attempt'>;
  readonly prove: Arrow<'proved', 'prove'>;
} = {
  issue: { to: ['proving'], effects: ['send', 'audit'], apply: issue },
  attempt: { to: ['proving'], effects: ['count'], apply: attempt },
  prove: { to: ['proved'], effects: ['uncount', 'use', 'audit'], apply: prove },
};

/** One for each proof that a sign-in stands on. What was proved is handed over to the sign-in, again if need be. */
export const secondFactorFlow = defineFlow<Flow, FactorEvent>()<State, FactorEffect>({
  kind: 'second-factor',
  lifetime: 15 * MINUTE,
  initial: 'proving',
  final: ['proved'],
  states: { proving, proved: {} },
});
