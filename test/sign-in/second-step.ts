import { z } from 'zod';
import type { SignIn } from '../../src/sign-in/sign-in.ts';
import type { Contribution, RememberedBrowsers, SignInStep, StepProof, StepQuestion } from '../../src/plugin.ts';
import { get, json, post, redirect } from '../../src/plugin.ts';
import type { Accounts } from '../../src/directory/account.ts';
import { DAY } from '../../src/kernel/clock.ts';
import type { Clock } from '../../src/kernel/clock.ts';

export interface StepWorld {
  readonly remembered: RememberedBrowsers;
  readonly accounts: Accounts;
  readonly clock: Clock;
  signIn(): SignIn;
}

export interface StepRules {
  /** Who has a second factor; everybody by default. */
  has?: (userName: string) => boolean;
  /** Asked only where the app wants more than was proved. */
  onlyWanted?: boolean;
  /** What proves it: `otp` by default. */
  amr?: readonly string[];
}

export const CODE = '271828';

/** A second factor, as a plugin would add it: one code for everybody, and a passkey that is a name to be typed. */
export const secondStep = (
  { remembered, accounts, clock, signIn }: StepWorld,
  rules: StepRules,
  asked: StepQuestion[],
): Pick<Contribution, 'routes' | 'steps' | 'waysIn'> => {
  const path = (uid: string) => `/interaction/${uid}/code`;
  const signIns = () => signIn().signIns;

  const step: SignInStep = {
    name: 'code',
    path,
    async needed(question) {
      asked.push(question);
      const { account, acr, met, browser } = question;
      if (acr !== 'aal1' || rules.has?.(account.userName) === false) return false;
      if (rules.onlyWanted === true) return !met;
      return !met || !(await remembered.remembers(browser, account));
    },
  };

  const form = z.strictObject({ code: z.string(), days: z.string().optional() });

  return {
    steps: [step],
    waysIn: [{ label: { key: 'signIn.submit' }, path: (uid) => `/interaction/${uid}/passkey` }],
    routes: [
      get('/interaction/:uid/code', async (visit) => {
        const half = await signIns().half(visit);
        return half ? json(half) : redirect(signIns().path(visit.params['uid'] ?? ''));
      }),
      post('/interaction/:uid/code', form, async (visit) => {
        const half = await signIns().half(visit);
        const account = half && (await accounts.byId(half.accountId));
        if (!account) return redirect(signIns().path(visit.params['uid'] ?? ''));
        if (visit.form.code !== CODE) return json({ wrong: true }, 422);
        const { days } = visit.form;
        const proof: StepProof = {
          account,
          amr: rules.amr ?? ['otp'],
          acr: 'aal1',
          at: clock.now(),
          ...(days !== undefined && { rememberUntil: clock.now() + Number(days) * DAY }),
        };
        return signIns().prove(visit, proof);
      }),
      // The page of a careless plugin, which asks nobody whether anything was proved before.
      post('/interaction/:uid/careless', z.strictObject({ username: z.string() }), async (visit) => {
        const account = await accounts.byName(visit.form.username);
        if (!account) return json({ unknown: true }, 422);
        return signIns().prove(visit, { account, amr: ['otp'], acr: 'aal1', at: clock.now() });
      }),
      post('/interaction/:uid/passkey', z.strictObject({ username: z.string() }), async (visit) => {
        const account = await accounts.byName(visit.form.username);
        if (!account) return json({ unknown: true }, 422);
        return signIns().begin(visit, { account, amr: ['swk', 'user'], acr: 'phr', at: clock.now() });
      }),
      post('/interaction/:uid/give-up', z.strictObject({}), (visit) => signIns().giveUp(visit)),
      post('/interaction/:uid/start-over', z.strictObject({}), (visit) => signIns().startOver(visit)),
      get('/own-page', async (visit) => json((await signIn().sessions.current(visit)) ?? null)),
      get('/own-page/fresh', (visit) =>
        Promise.resolve(
          redirect(signIn().sessions.signInPath(visit, { returnTo: '/own-page', freshFor: 600_000, acr: 'aal2' })),
        ),
      ),
      get('/own-page/any', (visit) =>
        Promise.resolve(redirect(signIn().sessions.signInPath(visit, { returnTo: '/own-page' }))),
      ),
      get('/own-page/astray', (visit) =>
        Promise.resolve(redirect(signIn().sessions.signInPath(visit, { returnTo: '//elsewhere.example.test' }))),
      ),
    ],
  };
};
