import { get, page, redirect, type Answer, type Route, type Visit } from '../http/route.ts';
import { AppError } from '../kernel/errors.ts';
import type { PromptContribution } from '../plugin.ts';
import { consentPage, consentRoute, type ConsentParts } from './consent.ts';
import type { Interactions } from './interactions.ts';
import { loginPage, loginRoute, type LoginPage, type LoginParts } from './login.ts';

export interface SignInRoutesParts extends LoginParts, ConsentParts {
  readonly prompts: readonly PromptContribution[];
}

/** An ended sign-in is answered by a page that leads back to its app, for every page of a sign-in. */
export const leadingBack = (interactions: Interactions, route: Route): Route => ({
  ...route,
  async handle(visit: Visit<unknown>): Promise<Answer> {
    try {
      return await route.handle(visit);
    } catch (error) {
      const { uid } = visit.params;
      if (!(error instanceof AppError) || error.code !== 'sign_in_expired' || uid === undefined) throw error;
      const back = await interactions.wayBack(uid);
      return page('error', { code: error.code, back: back?.href === undefined ? undefined : back }, { status: 400 });
    }
  },
});

/** Whatever the sign-in waits for: the one address that a person needs to come back to. */
const current = ({ interactions, proving, prompts }: SignInRoutesParts, login: LoginPage): Route =>
  get('/interaction/:uid', async (visit) => {
    const signIn = await interactions.open(visit);
    const { name } = signIn.prompt;
    if (name === 'login') return (await proving.goOn(visit, signIn)) ?? login(signIn);
    if (name === 'consent') return consentPage(signIn);
    const prompt = prompts.find((each) => each.name === name);
    if (!prompt) throw new AppError('internal', `no page for the prompt ${name}`);
    return redirect(prompt.path(signIn.uid));
  });

/** The pages of a sign-in that are the host's own. */
export const signInRoutes = (parts: SignInRoutesParts): readonly Route[] => {
  const login = loginPage(parts);
  return [current(parts, login), loginRoute(parts, login), consentRoute(parts)].map((route) =>
    leadingBack(parts.interactions, route),
  );
};
