import { reaches, redirect } from '../../../src/plugin.ts';
import type { Account, Answer, CurrentSession, Sessions, Visit } from '../../../src/plugin.ts';
import { eligibleOf } from '../desk.ts';
import type { Desk, Eligible } from '../desk.ts';
import type { Enrolment, Entry } from '../enrolment/entry.ts';
import { FRESH } from '../enrolment/need.ts';
import { secondFactors } from '../factor/need.ts';
import { isLastingFactor } from '../standing.ts';
import { say } from './said.ts';

/** The page on which people look after the security of their account. */
export const SECURITY_INFO = '/security-info';

/** What these pages share. */
export interface SecurityInfo {
  readonly desk: Desk;
  readonly sessions: Sessions;
}

/** Whoever is signed in here. */
export interface Somebody {
  readonly session: CurrentSession;
  readonly account: Account;
  /** Absent for those who may not reset a password here: they have sessions, and no methods. */
  readonly person?: Eligible;
}

const LEVEL = 'aal2';

/**
 * What a sign-in is asked for (milliseconds). It counts whole seconds, and must not find fresh what is too old here: it
 * would come back at once, and be sent there again.
 */
const FRESH_AT_SIGN_IN = FRESH - 1000;

/** What is asked for only where nothing else is at hand is not asked for here, as it is not at a sign-in. */
export const hasFactor = (desk: Desk, person: Eligible): boolean =>
  secondFactors(desk, person).some(({ method }) => isLastingFactor(method));

/** Undefined where nobody is signed in, or not any more. */
export const somebodyHere = async (
  { desk, sessions }: SecurityInfo,
  visit: Visit<unknown>,
): Promise<Somebody | undefined> => {
  const session = await sessions.current(visit);
  const account = session && (await desk.host.accounts.byId(session.accountId));
  if (!session || !account?.active || account.epoch !== session.epoch) return undefined;
  const person = await eligibleOf(desk, account);
  return { session, account, ...(person ? { person } : {}) };
};

/** To a sign-in that comes back to the page. */
export const toSignIn = ({ sessions }: SecurityInfo, visit: Visit<unknown>, returnTo = SECURITY_INFO): Answer =>
  redirect(sessions.signInPath(visit, { returnTo }));

/** The same for everybody who looks at the page, be it to change something or not. */
export const forSomebody = async (
  info: SecurityInfo,
  visit: Visit<unknown>,
  inside: (somebody: Somebody) => Promise<Answer>,
): Promise<Answer> => {
  const somebody = await somebodyHere(info, visit);
  return somebody ? inside(somebody) : toSignIn(info, visit);
};

/** Methods are changed by those who proved a moment ago who they are, by two factors where they have two. */
const entryOf = (
  { desk, sessions }: SecurityInfo,
  visit: Visit<unknown>,
  { session, account }: Somebody,
  person: Eligible,
): Entry => {
  const { secrets } = desk.host;
  const wantsMore = hasFactor(desk, person);
  const isEnough = !wantsMore || reaches(session.acr, LEVEL);
  return {
    person,
    uid: secrets.hash('sspr managing', [session.uid, account.id, account.epoch, visit.browser].join(' ')),
    base: SECURITY_INFO,
    provedAt: isEnough ? session.authenticatedAt : 0,
    formTargets: [],
    proofPath: (returnTo = SECURITY_INFO) =>
      sessions.signInPath(visit, { returnTo, freshFor: FRESH_AT_SIGN_IN, ...(wantsMore ? { acr: LEVEL } : {}) }),
  };
};

/** The pages of the methods, for whoever is signed in. */
export const managing = (info: SecurityInfo, parts: Pick<Enrolment, 'limits' | 'runner'>): Enrolment => ({
  ...parts,
  desk: info.desk,
  kind: 'manage',
  path: SECURITY_INFO,
  async enter(visit) {
    const somebody = await somebodyHere(info, visit);
    return somebody?.person ? entryOf(info, visit, somebody, somebody.person) : redirect(SECURITY_INFO);
  },
  registered: ({ cookies }) => {
    say(cookies, 'registered');
  },
  frame: ({ base }) => ({ base, kind: 'manage', later: false, back: SECURITY_INFO }),
});
