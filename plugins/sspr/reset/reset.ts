import type { Route } from '../../../src/plugin.ts';
import type { AccountRecovery, RecoveryKind } from '../account-recovery/recovery.ts';
import { recoveryRoutes } from '../account-recovery/routes.ts';
import type { Desk } from '../desk.ts';
import { resetFlow } from '../flows/reset.ts';
import type { ResetEvent } from '../flows/reset.ts';
import { createRunner } from '../flows/run.ts';
import type { Runner } from '../flows/run.ts';
import type { SsprLimits } from '../limits.ts';
import { resetEffects } from './effects.ts';
import { passwordRoutes } from './password.ts';

export interface Reset extends AccountRecovery {
  readonly runner: Runner<ResetEvent>;
}

const kind: RecoveryKind = {
  name: 'reset',
  table: resetFlow,
  gatesOf: ({ gates }) => gates,
  pages: { proved: '/password', done: '/done' },
};

export const createReset = (desk: Desk, limits: SsprLimits): Reset => {
  const { host } = desk;
  const runner = createRunner(host.store, host.clock, resetFlow, resetEffects(desk, limits));
  return { desk, limits, kind, runner };
};

export const resetRoutes = (reset: Reset): readonly Route[] => [...recoveryRoutes(reset), ...passwordRoutes(reset)];
