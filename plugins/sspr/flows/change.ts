import { MINUTE } from '../../../src/kernel/clock.ts';
import type { Account, MustChange } from '../../../src/plugin.ts';
import type { Change } from '../../../src/store/port.ts';
import type { Flow } from '../collections.ts';
import type { MaybeStored } from '../registrations.ts';
import { defineFlow, outOfOrder } from './table.ts';
import type { Transition } from './table.ts';

/** What can happen where somebody who knows their password chooses another one. */
export interface ChangeEvent {
  readonly type: 'change';
  readonly account: Account;
  readonly registration: MaybeStored;
  readonly browser: string;
  /** Why they had to; absent where they wanted to. */
  readonly reason?: MustChange;
  /** What makes the password the account's. */
  readonly setting: readonly Change[];
  /** What lets this browser go on, where everything else of the person ends. */
  readonly goingOn: readonly Change[];
}

type State = 'choosing' | 'changed';
type At<S extends State> = Flow & { readonly state: S };

const apply = (flow: Flow, { account, browser }: ChangeEvent): At<'changed'> => {
  if (flow.browser !== browser) throw outOfOrder('another browser than the one that signed in');
  if (flow.accountId !== account.id || flow.epoch !== account.epoch)
    throw outOfOrder('another person, or changed since');
  return { ...flow, state: 'changed' };
};

export type ChangeEffect = 'set password' | 'go on' | 'end resets' | 'forget browsers' | 'tell' | 'audit';

const change: Transition<State, Flow, ChangeEvent, ChangeEffect> = {
  to: ['changed'],
  effects: ['set password', 'go on', 'end resets', 'forget browsers', 'tell', 'audit'],
  apply,
};

/** One for each session or half-finished sign-in that asks; pressed twice, it is done once. */
export const changeFlow = defineFlow<Flow, ChangeEvent>()<State, ChangeEffect>({
  kind: 'change',
  lifetime: 15 * MINUTE,
  initial: 'choosing',
  final: ['changed'],
  states: { choosing: { change }, changed: {} },
});
