import { AppError } from '../../../src/kernel/errors.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import { redirect } from '../../../src/plugin.ts';
import type { Answer, RunningSignIn, Visit } from '../../../src/plugin.ts';
import { flows } from '../collections.ts';
import type { Flow, StoredFlow } from '../collections.ts';
import type { Desk, Eligible } from '../desk.ts';
import { eligibleOf } from '../desk.ts';
import { confirmFlow, registerFlow } from '../flows/enrolment.ts';
import type { EnrolmentEvent } from '../flows/enrolment.ts';
import type { Runner } from '../flows/run.ts';
import type { SsprLimits } from '../limits.ts';
import { registrationOf, replacing } from '../registrations.ts';
import { asAsked, FRESH, sessionKey } from './need.ts';
import type { Kind } from './need.ts';

/** What the pages of registration and reconfirmation share; `kind` says which of the two it is. */
export interface Enrolment {
  readonly desk: Desk;
  readonly kind: Kind;
  readonly limits: SsprLimits;
  readonly runner: Runner<EnrolmentEvent>;
}

/** A running sign-in that asks the question of this flow. */
export interface Entry {
  readonly signIn: RunningSignIn;
  readonly person: Eligible;
  /** Of the session, for the list of those that were asked. */
  readonly session: string;
}

const TABLES = { register: registerFlow, confirm: confirmFlow };

/** The sign-in of this browser and the path; an answer where it asks something else, or has nothing to ask. */
export const enter = async ({ desk, kind }: Enrolment, visit: Visit<unknown>): Promise<Entry | Answer> => {
  const { host } = desk;
  const signIn = await host.signIns.details(visit);
  const { accountId, sessionUid } = signIn;
  if (signIn.prompt.name !== kind) return redirect(host.signIns.path(signIn.uid));
  if (accountId === undefined || sessionUid === undefined) throw new AppError('sign_in_expired', 'nobody is signed in');
  const person = await eligibleOf(desk, await host.accounts.byId(accountId));
  if (!person) return host.signIns.finish(visit, kind, {});
  return { signIn, person, session: sessionKey(host.secrets, kind, sessionUid) };
};

export const isAnswer = (result: Entry | Answer): result is Answer => 'kind' in result;

const idOf = ({ kind }: Enrolment, { uid }: RunningSignIn): string => `${kind}.${uid}`;

/** The live flow of this sign-in; there is one only after a fresh proof of the person. */
export const flowOf = async (
  enrolment: Enrolment,
  visit: Visit<unknown>,
  { signIn, person }: Entry,
): Promise<StoredFlow | undefined> => {
  const flow = await enrolment.desk.host.store.get(flows, idOf(enrolment, signIn));
  const isOwn = flow?.browser === visit.browser && flow.accountId === person.account.id;
  return isOwn && flow.epoch === person.account.epoch ? flow : undefined;
};

/** Begins the flow. The caller has seen to it that the person proved themselves a moment ago. */
export const begin = async (enrolment: Enrolment, visit: Visit<unknown>, entry: Entry): Promise<void> => {
  const { store, clock } = enrolment.desk.host;
  const { account } = entry.person;
  const table = TABLES[enrolment.kind];
  const now = clock.now();
  const flow: Flow = {
    id: idOf(enrolment, entry.signIn),
    kind: enrolment.kind,
    state: table.initial,
    browser: visit.browser,
    // No cookie of its own: the sign-in's cookie is what ties it to the browser.
    key: '',
    begunAt: now,
    expiresAt: now + table.lifetime,
    locale: visit.locale,
    address: visit.address,
    agent: visit.agent,
    correlation: visit.correlation,
    accountId: account.id,
    epoch: account.epoch,
    known: true,
    challenges: [],
    tries: {},
    proofs: [],
    signIn: entry.signIn.uid,
  };
  try {
    await store.commit([change.insert(flows, flow)]);
  } catch (error) {
    // Another tab of the same sign-in was quicker.
    if (!(error instanceof Conflict)) throw error;
  }
};

export const isFresh = ({ desk }: Enrolment, { signIn }: Entry): boolean =>
  (signIn.authenticatedAt ?? 0) + FRESH > desk.host.clock.now();

const TRIES = 3;

/** Records, once for each session, that the question was shown: from then on it counts as put off. */
export const noteAsked = async ({ desk, kind }: Enrolment, { person, session }: Entry): Promise<void> => {
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
