import type { PromptContribution, PromptQuestion } from '../../../src/plugin.ts';
import { Conflict } from '../../../src/store/port.ts';
import type { Desk, Eligible } from '../desk.ts';
import { eligibleOf } from '../desk.ts';
import { ending, liveFlows } from '../live-flows.ts';
import { noteFallen } from '../staleness/noting.ts';
import type { Storms } from '../staleness/storm.ts';
import { heldUntil, releasesOf } from './hold.ts';
import { FRESH, isConfirmationDue, isRequired, missingMethods, openMethods, sessionKey, staleOf } from './need.ts';

interface Asked {
  readonly question: PromptQuestion;
  readonly person: Eligible;
  readonly session: string;
  readonly now: number;
  /** The person proved themselves a moment ago, so that methods may be changed. */
  readonly fresh: boolean;
}

/** Looks at the person once for both prompts of a request. */
const asking = (desk: Desk) => {
  const { host } = desk;
  const looks = new WeakMap<PromptQuestion, Promise<Eligible | undefined>>();
  const look = async ({ accountId }: PromptQuestion): Promise<Eligible | undefined> =>
    eligibleOf(desk, await host.accounts.byId(accountId));

  return async (kind: 'register' | 'confirm', question: PromptQuestion): Promise<Asked | undefined> => {
    const looked = looks.get(question) ?? look(question);
    looks.set(question, looked);
    const person = await looked;
    if (!person) return undefined;
    const now = host.clock.now();
    const session = sessionKey(host.secrets, kind, question.sessionUid);
    return { question, person, session, now, fresh: question.authenticatedAt + FRESH > now };
  };
};

/** What may be put off is not in the way of a silent request, nor of our own page where one may do the same. */
const mayAsk = ({ silent, ownPage }: PromptQuestion): boolean => !silent && !ownPage;

const mustRegister = async (desk: Desk, { question, person, session, now, fresh }: Asked): Promise<boolean> => {
  const { registration } = person;
  if (missingMethods(desk, person) === 0) return false;
  if (heldUntil(desk, person) !== undefined) {
    // After a reset by one gate the question waits: whoever got in by it may not add ways of their own at once. Somebody
    // with a pass, which ends the wait, is asked for it once, and goes on without where it is not at hand.
    const isPutOff = registration.askedIn.includes(session);
    return mayAsk(question) && fresh && !isPutOff && releasesOf(desk, person).length > 0;
  }
  // Where nothing is left that would help, a page could only send people round in a circle.
  if ((await openMethods(desk, person)).length === 0) return false;
  if (isRequired(desk, person, session)) return true;
  return mayAsk(question) && fresh && !registration.askedIn.includes(session) && registration.snoozedUntil <= now;
};

const mustConfirm = async (desk: Desk, storms: Storms, asked: Asked): Promise<boolean> => {
  const { question, person, session, now, fresh } = asked;
  const { registration } = person;
  if (!mayAsk(question) || !fresh || registration.holdUntil > now || registration.askedIn.includes(session))
    return false;
  if (isConfirmationDue(desk, person, now)) return true;
  return staleOf(desk, person).length > 0 && noteFallen(desk, storms, person);
};

/**
 * Whoever signs in has no use for mails of an earlier reset. One where a gate is open goes on: somebody else who knows
 * the password must not be able to stop it.
 */
const endEarlierResets = async ({ host: { store } }: Desk, question: PromptQuestion): Promise<void> => {
  const live = await liveFlows(store, question.accountId);
  for (const flow of live) {
    if (flow.state !== 'first-gate' || flow.begunAt >= question.authenticatedAt) continue;
    try {
      await store.commit([ending(flow)]);
    } catch (error) {
      // Somebody goes on with it this very moment: it is as old as the sign-in then.
      if (!(error instanceof Conflict)) throw error;
    }
  }
};

/** Pages between the password and the app. Only required registration fails a silent request. */
export const enrolmentPrompts = (desk: Desk, storms: Storms): readonly PromptContribution[] => {
  const asked = asking(desk);
  return [
    {
      name: 'register',
      reason: 'registration_required',
      description: 'the person has to register a way to reset the password',
      async needed(question) {
        if (!question.silent) await endEarlierResets(desk, question);
        const known = await asked('register', question);
        return known !== undefined && mustRegister(desk, known);
      },
      path: (uid) => `/interaction/${uid}/register`,
    },
    {
      name: 'confirm',
      reason: 'confirmation_due',
      description: 'the person is asked whether the registered methods are still theirs',
      async needed(question) {
        const known = await asked('confirm', question);
        return known !== undefined && mustConfirm(desk, storms, known);
      },
      path: (uid) => `/interaction/${uid}/confirm`,
    },
  ];
};
