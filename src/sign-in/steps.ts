import type { Account } from '../directory/account.ts';
import type { SignInStep } from '../plugin.ts';
import type { OpenSignIn } from './interactions.ts';
import { meets, type Proved } from './levels.ts';

/** The first step that is due with what was proved so far. */
export const dueStep = async (
  steps: readonly SignInStep[],
  signIn: OpenSignIn,
  browser: string,
  account: Account,
  { amr, acr }: Proved,
): Promise<SignInStep | undefined> => {
  const { wanted } = signIn;
  for (const step of steps) {
    const due = await step.needed({ account, signIn, browser, amr, acr, wanted, met: meets(acr, wanted) });
    if (due) return step;
  }
  return undefined;
};
