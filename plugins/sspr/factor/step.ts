import type { SignInStep } from '../../../src/plugin.ts';
import type { Desk } from '../desk.ts';
import { createRunner } from '../flows/run.ts';
import { secondFactorFlow } from '../flows/second-factor.ts';
import type { SsprLimits } from '../limits.ts';
import { factorEffects } from './effects.ts';
import { baseOf } from './entry.ts';
import type { SecondFactorStep } from './entry.ts';
import { factorNeed } from './need.ts';

export const createSecondFactor = (desk: Desk, limits: SsprLimits): SecondFactorStep => {
  const { store, clock } = desk.host;
  return { desk, limits, runner: createRunner(store, clock, secondFactorFlow, factorEffects(desk, limits)) };
};

/** The second factor at sign-in. */
export const secondFactorStep = ({ desk }: SecondFactorStep): SignInStep => ({
  name: 'second-factor',
  needed: async (question) => (await factorNeed(desk, question)) !== undefined,
  path: baseOf,
});
