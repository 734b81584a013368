import type { Route } from '../../../src/plugin.ts';
import type { Desk } from '../desk.ts';
import { resetFlow } from '../flows/reset.ts';
import { createRunner } from '../flows/run.ts';
import type { Reset } from './context.ts';
import { resetEffects } from './effects.ts';
import { gateRoutes } from './gate.ts';
import { identifyRoutes } from './identify.ts';
import type { SsprLimits } from '../limits.ts';
import { linkRoutes } from './link.ts';
import { passwordRoutes } from './password.ts';
import { proveRoutes } from './prove.ts';
import { wordRoutes } from './word.ts';

export const createReset = (desk: Desk, limits: SsprLimits): Reset => {
  const { host } = desk;
  const runner = createRunner(host.store, host.clock, resetFlow, resetEffects(desk, limits));
  return { desk, limits, runner, job: 'sspr.find' };
};

export const resetRoutes = (reset: Reset): readonly Route[] => [
  ...identifyRoutes(reset),
  ...gateRoutes(reset),
  ...proveRoutes(reset),
  ...linkRoutes(reset),
  ...wordRoutes(reset),
  ...passwordRoutes(reset),
];
