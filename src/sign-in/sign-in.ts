import type { Audit } from '../audit/event.ts';
import type { Config } from '../config/schema.ts';
import type { Accounts, Passwords } from '../directory/account.ts';
import type { Route } from '../http/route.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Secrets } from '../kernel/secrets.ts';
import type { PromptContribution } from '../plugin.ts';
import type { Store } from '../store/port.ts';
import { createSignInGuard, type SignInGuard } from './guard.ts';
import type { Interactions } from './interactions.ts';
import { createKnownBrowsers } from './known-browsers.ts';
import type { Recovery } from './login.ts';
import { passwordStep } from './password-step.ts';
import { signInRoutes } from './routes.ts';
import type { KnownBrowsers } from './sign-ins.ts';

export interface SignInParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly audit: Audit;
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  readonly interactions: Interactions;
  readonly settings: Config['signIn'];
  readonly prompts: readonly PromptContribution[];
  readonly recovery: readonly Recovery[];
  standing(accountId: string): Promise<{ readonly epoch: number } | undefined>;
}

export interface SignIn {
  readonly routes: readonly Route[];
  readonly guard: SignInGuard;
  readonly browsers: KnownBrowsers;
}

/** Sign-in, put together. */
export const startSignIn = (parts: SignInParts): SignIn => {
  const { store, secrets, clock, settings, standing } = parts;
  const guard = createSignInGuard(store, secrets, clock, settings.guard);
  const browsers = createKnownBrowsers({
    store,
    secrets,
    clock,
    lifetime: settings.knownBrowser,
    epochOf: async (accountId) => (await standing(accountId))?.epoch,
  });
  const password = passwordStep({ ...parts, guard, browsers });
  return { guard, browsers, routes: signInRoutes({ ...parts, password }) };
};
