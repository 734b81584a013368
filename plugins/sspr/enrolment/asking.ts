import { AppError } from '../../../src/kernel/errors.ts';
import { Conflict } from '../../../src/store/port.ts';
import { redirect } from '../../../src/plugin.ts';
import type { Answer, RunningSignIn, Visit } from '../../../src/plugin.ts';
import { eligibleOf } from '../desk.ts';
import { registrationOf, replacing } from '../registrations.ts';
import type { Enrolment, Entry } from './entry.ts';
import { mayChange } from './level.ts';
import { asAsked, isRequired, progressOf, sessionKey } from './need.ts';
import type { Kind } from './need.ts';
import type { Room } from './room.ts';

/** Somebody in a sign-in that asks them to register, or to confirm. */
export interface Asked extends Entry {
  readonly signIn: RunningSignIn;
  /** Of the session, for the list of those that were asked. */
  readonly session: string;
}

/** The pages of one question between the password and the app. */
export interface Asking extends Enrolment<Asked> {
  readonly kind: Kind;
  mayChange(room: Room<Asked>): boolean;
}

type Parts = Pick<Asking, 'desk' | 'kind' | 'limits' | 'runner'>;

/** The sign-in of this browser and the path; an answer where it asks something else, or has nothing to ask. */
const enter = async ({ desk, kind }: Parts, visit: Visit<unknown>): Promise<Asked | Answer> => {
  const { host } = desk;
  const signIn = await host.signIns.details(visit);
  const { uid, accountId, sessionUid, authenticatedAt = 0, returnOrigin } = signIn;
  if (signIn.prompt.name !== kind) return redirect(host.signIns.path(uid));
  if (accountId === undefined || sessionUid === undefined) throw new AppError('sign_in_expired', 'nobody is signed in');
  const person = await eligibleOf(desk, await host.accounts.byId(accountId));
  if (!person) return host.signIns.finish(visit, kind, {});
  const base = `/interaction/${uid}/${kind}`;
  return {
    ...{ person, uid, base, signIn },
    session: sessionKey(host.secrets, kind, sessionUid),
    provedAt: authenticatedAt,
    // Forms here end at the app, once all is done (CSP form-action follows redirects).
    formTargets: returnOrigin === undefined ? [] : [returnOrigin],
    proofPath: () => `${base}/password`,
  };
};

/** Where one is, and whether "not now" is an answer. */
const frame = ({ desk, kind }: Parts, { base, person, session, signIn }: Asked): Readonly<Record<string, unknown>> => {
  const step = progressOf(desk, person);
  const steps = kind === 'register' && step.of > 1 ? { step } : {};
  const later = kind === 'confirm' || !isRequired(desk, person, session);
  return { ...steps, base, kind, app: signIn.clientName, later };
};

const TRIES = 3;

/** Records, once for each session, that the question was shown: from then on it counts as put off. */
export const noteAsked = async ({ desk, kind }: Parts, { person, session }: Asked): Promise<void> => {
  const { store, clock } = desk.host;
  for (let left = TRIES; left > 0; left -= 1) {
    const registration = await registrationOf(store, person.account.id);
    if (registration.askedIn.includes(session)) return;
    try {
      const next = asAsked(registration, kind, session, person.policy, clock.now());
      await store.commit([replacing(registration, next)]);
      return;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
};

export const asking = (parts: Parts): Asking => ({
  ...parts,
  path: `/interaction/:uid/${parts.kind}`,
  enter: (visit) => enter(parts, visit),
  frame: (entry) => frame(parts, entry),
  mayChange: (room) => mayChange(parts.desk, room),
  async looked(room) {
    const isShown =
      parts.kind === 'confirm' || (mayChange(parts.desk, room) && !isRequired(parts.desk, room.person, room.session));
    if (isShown) await noteAsked(parts, room);
  },
});
