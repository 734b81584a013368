import type { Route } from '../../../src/plugin.ts';
import type { Desk } from '../desk.ts';
import { confirmFlow, registerFlow } from '../flows/enrolment.ts';
import { createRunner } from '../flows/run.ts';
import type { SsprLimits } from '../limits.ts';
import { asking } from './asking.ts';
import { confirmRoutes } from './confirm.ts';
import { enrolmentEffects } from './effects.ts';
import { registerRoutes } from './register.ts';

/** The pages between the password and the app. */
export const enrolmentRoutes = (desk: Desk, limits: SsprLimits): readonly Route[] => {
  const { store, clock } = desk.host;
  const effects = enrolmentEffects(desk, limits);
  const register = createRunner(store, clock, registerFlow, effects);
  const confirm = createRunner(store, clock, confirmFlow, effects);
  return [
    ...registerRoutes(asking({ desk, limits, kind: 'register', runner: register })),
    ...confirmRoutes(asking({ desk, limits, kind: 'confirm', runner: confirm })),
  ];
};
