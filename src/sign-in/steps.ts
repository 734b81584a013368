import type { Account } from '../directory/account.ts';
import type { SignInStep } from '../plugin.ts';
import type { KeptHalf, OpenSignIn } from './interactions.ts';
import { meets } from './levels.ts';

/** The first step that is due with what was proved so far. */
export const dueStep = async (
  steps: readonly SignInStep[],
  signIn: OpenSignIn,
  browser: string,
  account: Account,
  { amr, acr, stepUp, mustChange }: Pick<KeptHalf, 'amr' | 'acr' | 'stepUp' | 'mustChange'>,
): Promise<SignInStep | undefined> => {
  const { wanted } = signIn;
  for (const step of steps) {
    const met = meets(acr, wanted);
    const proved = { amr, acr, wanted, met, stepUp, ...(mustChange !== undefined && { mustChange }) };
    if (await step.needed({ account, signIn, browser, ...proved })) return step;
  }
  return undefined;
};
