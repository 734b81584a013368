import type { Passwords } from '../directory/account.ts';
import type { Route } from '../http/route.ts';
import type { Secrets } from '../kernel/secrets.ts';
import type { Contribution } from '../plugin.ts';
import type { SignInGuard } from './guard.ts';
import type { BrowserMemory } from './known-browsers.ts';
import { createOwnPages } from './own-pages.ts';
import { passwordStep } from './password-step.ts';
import { createProving, type Proving, type ProvingParts } from './proving.ts';
import type { RememberedMemory } from './remembered-browsers.ts';
import { signInRoutes } from './routes.ts';
import type { Sessions } from './sessions.ts';
import { createWelcome } from './welcome.ts';

export interface SignInParts extends Omit<ProvingParts, 'steps' | 'recovery' | 'welcome' | 'password'> {
  readonly issuer: string;
  readonly organisation: { readonly name: string };
  readonly secrets: Secrets;
  readonly passwords: Passwords;
  readonly guard: SignInGuard;
  readonly browsers: BrowserMemory;
  readonly remembered: RememberedMemory;
  readonly sessions: Omit<Sessions, 'signInPath'>;
  readonly contributions: readonly Pick<
    Contribution,
    'routes' | 'steps' | 'waysIn' | 'recovery' | 'whilePaused' | 'prompts'
  >[];
}

export interface SignIn {
  readonly signIns: Proving;
  readonly sessions: Sessions;
  readonly routes: readonly Route[];
}

/** Pages that a sign-in may come back to: they are named by their path alone. */
const pagesOf = (routes: readonly Route[]): ReadonlySet<string> =>
  new Set(routes.filter(({ method, path }) => method === 'GET' && !path.includes(':')).map(({ path }) => path));

/** Sign-in and all that plugins add to it. */
export const createSignIn = (parts: SignInParts): SignIn => {
  const { contributions, organisation, sessions } = parts;
  const steps = contributions.flatMap((each) => each.steps ?? []);
  const password = passwordStep(parts);
  const recovery = contributions.flatMap((each) => each.recovery ?? []);
  const proving = createProving({ ...parts, password, steps, recovery, welcome: createWelcome(parts) });
  const pages = pagesOf(contributions.flatMap(({ routes = [] }) => routes));
  const own = createOwnPages({ ...parts, organisation: organisation.name, pages });
  const routes = signInRoutes({
    ...parts,
    proving,
    password,
    waysIn: contributions.flatMap(({ waysIn = [] }) => waysIn),
    recovery,
    whilePaused: contributions.flatMap((each) => each.whilePaused ?? []),
    prompts: contributions.flatMap(({ prompts = [] }) => prompts),
  });
  return {
    signIns: proving,
    sessions: { ...sessions, signInPath: (visit, admission) => own.signInPath(visit, admission) },
    routes: [...routes, own.route],
  };
};
