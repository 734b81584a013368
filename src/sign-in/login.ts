import { z } from 'zod';
import type { Accounts } from '../directory/account.ts';
import { page, post, type Answer, type MessageRef, type Route, type Visit } from '../http/route.ts';
import { MINUTE, type Clock } from '../kernel/clock.ts';
import type { PausedWay, Recovery, WayIn } from '../plugin.ts';
import type { Interactions, OpenSignIn } from './interactions.ts';
import type { PasswordOutcome, PasswordStep } from './password-step.ts';
import type { Proving } from './proving.ts';

export interface LoginParts {
  readonly clock: Clock;
  readonly accounts: Accounts;
  readonly interactions: Interactions;
  readonly proving: Proving;
  readonly password: PasswordStep;
  readonly waysIn: readonly WayIn[];
  readonly recovery: readonly Recovery[];
  readonly whilePaused: readonly PausedWay[];
}

const form = z.strictObject({ username: z.string().max(320), password: z.string().max(4096) });

type Errors = Readonly<Record<string, MessageRef>>;

/** The page of the prompt `login`. */
export type LoginPage = (
  signIn: OpenSignIn,
  username?: string,
  errors?: Errors,
  trouble?: 'paused' | 'unavailable',
) => Promise<Answer>;

const STATUS = { paused: 429, unavailable: 503 } as const;

export const loginPage =
  ({
    accounts,
    recovery,
    whilePaused,
    waysIn,
  }: Pick<LoginParts, 'accounts' | 'recovery' | 'whilePaused' | 'waysIn'>): LoginPage =>
  async (signIn, username, errors, trouble) => {
    const { uid, clientName, accountId, loginHint, returnOrigin } = signIn;
    // Whoever is asked again in a living session need not say who they are.
    const present = accountId === undefined ? undefined : (await accounts.byId(accountId))?.userName;
    const data = {
      uid,
      app: clientName,
      username: username ?? loginHint ?? present ?? '',
      again: present !== undefined,
      waysIn: waysIn.map(({ path, ...way }) => ({ ...way, path: path(uid) })),
      recovery: recovery.map(({ label, path }) => ({ label, path: path(uid) })),
      whilePaused: trouble === 'paused' ? whilePaused : [],
    };
    return page('sign-in', data, {
      ...(errors && { errors }),
      ...(trouble && { status: STATUS[trouble] }),
      formTargets: returnOrigin === undefined ? [] : [returnOrigin],
    });
  };

const missing = ({ username, password }: z.infer<typeof form>): Errors => ({
  ...(username.trim() === '' && { username: { key: 'signIn.error.usernameMissing' } }),
  ...(password === '' && { password: { key: 'signIn.error.passwordMissing' } }),
});

/** Takes name and password, and goes on with the authorization request. */
export const loginRoute = (parts: LoginParts, show: LoginPage): Route => {
  const { clock, interactions, proving, password } = parts;

  const refused = (signIn: OpenSignIn, username: string, outcome: Exclude<PasswordOutcome, { kind: 'right' }>) => {
    switch (outcome.kind) {
      case 'wrong':
        return show(signIn, username, { form: { key: 'signIn.error.wrong' } });
      case 'disabled':
        return show(signIn, username, { form: { key: 'signIn.error.disabled' } });
      case 'barred':
        return show(signIn, username, { form: { key: `signIn.error.barred.${outcome.reason}` } });
      case 'unavailable':
        return show(signIn, username, { form: { key: 'signIn.error.unavailable' } }, 'unavailable');
      case 'paused': {
        const minutes = Math.max(1, Math.ceil((outcome.until - clock.now()) / MINUTE));
        return show(signIn, username, { form: { key: 'signIn.error.paused', values: { minutes } } }, 'paused');
      }
    }
  };

  const handle = async (visit: Visit<z.infer<typeof form>>): Promise<Answer> => {
    const signIn = await interactions.open(visit);
    const { username } = visit.form;
    const errors = missing(visit.form);
    if (Object.keys(errors).length > 0) return show(signIn, username, errors);
    const outcome = await password(visit, signIn.clientId, visit.form);
    if (outcome.kind !== 'right') return refused(signIn, username, outcome);
    const { account, attempt, mustChange } = outcome;
    const proof = { account, amr: ['pwd'], acr: 'aal1', at: clock.now() } as const;
    return proving.beginByPassword(visit, mustChange === undefined ? proof : { ...proof, mustChange }, attempt);
  };

  return post('/interaction/:uid', form, handle);
};
