import type { Visit } from '../../../src/plugin.ts';
import type { Flow, RecoveryName } from '../collections.ts';
import type { Desk, Eligible } from '../desk.ts';
import type { Demand, Ending, RecoveryEvent } from '../flows/account-recovery.ts';
import type { Runner } from '../flows/run.ts';
import type { FlowTable } from '../flows/table.ts';
import type { SsprLimits } from '../limits.ts';
import type { Policy } from '../policy.ts';
import { factsOf } from '../proving/person.ts';

/** What makes a way back for somebody who is locked out the one it is: a reset or an unlock. */
export interface RecoveryKind {
  /** Kind of its flows, first part of its paths and name of its cookies: nothing of one kind passes in another. */
  readonly name: RecoveryName;
  readonly table: FlowTable<string, Flow, RecoveryEvent, string>;
  /** Different methods that it needs. */
  gatesOf(policy: Policy): 1 | 2;
  /** Below its path: where to go on once every gate is open, and where it ends. */
  readonly pages: { readonly proved: string; readonly done: string };
}

/** A way back, and what its pages share. */
export interface AccountRecovery {
  readonly desk: Desk;
  readonly limits: SsprLimits;
  readonly kind: RecoveryKind;
  readonly runner: Runner<RecoveryEvent>;
}

/** Its path, or one below it. */
export const pathTo = ({ kind }: Pick<AccountRecovery, 'kind'>, below = ''): string => `/${kind.name}${below}`;

/** What the end of a way back is judged by. */
export const endingOf = (recovery: AccountRecovery, { browser }: Visit<unknown>, person: Eligible): Ending => ({
  person: factsOf(person),
  demand: demandOf(recovery, person),
  browser,
  now: recovery.desk.host.clock.now(),
  account: person.account,
  registration: person.registration,
});

/** What somebody's policy asks for now. What was given to them opens a gate whatever the policy names. */
export const demandOf = ({ kind, desk }: Pick<AccountRecovery, 'kind' | 'desk'>, { policy }: Eligible): Demand => ({
  gates: kind.gatesOf(policy),
  methods: [...policy.methods, ...Object.values(desk.methods).flatMap(({ name, given }) => (given ? [name] : []))],
});
