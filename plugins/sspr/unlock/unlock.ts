import type { Entrance, Route } from '../../../src/plugin.ts';
import { pathTo } from '../account-recovery/recovery.ts';
import type { AccountRecovery, RecoveryKind } from '../account-recovery/recovery.ts';
import { recoveryRoutes } from '../account-recovery/routes.ts';
import type { Desk } from '../desk.ts';
import { createRunner } from '../flows/run.ts';
import type { Runner } from '../flows/run.ts';
import { unlockFlow } from '../flows/unlock.ts';
import type { UnlockFlowEvent } from '../flows/unlock.ts';
import type { SsprLimits } from '../limits.ts';
import { confirmRoutes } from './confirm.ts';
import { unlockEffects } from './effects.ts';

export interface Unlock extends AccountRecovery {
  readonly runner: Runner<UnlockFlowEvent>;
}

const kind: RecoveryKind = {
  name: 'unlock',
  table: unlockFlow,
  gatesOf: ({ unlockGates }) => unlockGates,
  pages: { proved: '/confirm', done: '/done' },
};

/** Undefined where the host keeps no lock that could be ended. */
export const createUnlock = (desk: Desk, limits: SsprLimits): Unlock | undefined => {
  const { host } = desk;
  if (!host.passwords.unlock) return undefined;
  const runner = createRunner(host.store, host.clock, unlockFlow, unlockEffects(desk, limits));
  return { desk, limits, kind, runner };
};

/** On the start page, and on the page of a sign-in that is paused. */
export const unlockEntrances = (unlock: Unlock | undefined): readonly Entrance[] =>
  unlock ? [{ label: { key: 'sspr.unlock.entrance' }, path: pathTo(unlock) }] : [];

export const unlockRoutes = (unlock: Unlock): readonly Route[] => [...recoveryRoutes(unlock), ...confirmRoutes(unlock)];
