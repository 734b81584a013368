import { meets, reaches } from '../../../src/plugin.ts';
import type { Acr, StepQuestion } from '../../../src/plugin.ts';
import type { Registered } from '../collections.ts';
import type { Desk, Eligible, Usable } from '../desk.ts';
import { eligibleOf, givenFor, usable } from '../desk.ts';
import { isConfirmationDue, isRequired, lacksFactor, missingMethods, openMethods, staleOf } from '../enrolment/need.ts';
import type { Method } from '../methods/method.ts';
import { besidePassword } from '../staleness/marks.ts';
import { isLastingFactor } from '../standing.ts';

/** What a sign-in lacks: something that the person can prove now, or help, where nothing can be proved. */
export type Need =
  | { readonly kind: 'proof'; readonly byPolicy: boolean; readonly factors: readonly Usable[] }
  | { readonly kind: 'help' };

/** The reason of the prompt `login` where somebody is signed in, and the app wants to know better. */
const STEP_UP = 'acr';

/**
 * What may be a second factor now: what the person prefers, then the strongest, and last what the directory has taken
 * back. What opened the only gate of a reset is none for a while.
 */
export const secondFactors = (desk: Desk, person: Eligible): readonly Usable[] => {
  const now = desk.host.clock.now();
  const { methods, preferred } = person.registration;
  const idsOf = (those: readonly Registered[]): ReadonlySet<string> => new Set(those.map(({ id }) => id));
  const resting = idsOf(methods.filter(({ aloneUntil = 0 }) => aloneUntil > now));
  const dead = idsOf(methods.filter(({ stale }) => stale?.dead));
  const strength = [...(preferred === undefined ? [] : [preferred]), ...Object.keys(desk.methods)];
  const rank = ({ method, held }: Usable): number =>
    strength.indexOf(method.name) + (dead.has(held.id) ? strength.length : 0);
  return usable(desk, { ...person, registration: besidePassword(person.registration) })
    .filter(({ method, held }) => method.secondFactor !== undefined && !resting.has(held.id))
    .toSorted((a, b) => rank(a) - rank(b));
};

/** The level that a method reaches beside the password. */
const levelOf = ({ secondFactor }: Method): Acr =>
  secondFactor?.acr !== undefined && reaches(secondFactor.acr, 'aal2') ? secondFactor.acr : 'aal2';

/** Whether the prompt `register` will see to it: after a reset by one gate nothing may be registered for a while. */
const willRegister = async (desk: Desk, person: Eligible): Promise<boolean> => {
  if (!lacksFactor(desk, person) || person.registration.holdUntil > desk.host.clock.now()) return false;
  return (await openMethods(desk, person)).some((name) => isLastingFactor(desk.methods[name]));
};

type Question = Pick<StepQuestion, 'account' | 'signIn' | 'browser' | 'acr' | 'wanted' | 'met'>;

/**
 * Whether pages on which methods can be changed come after this sign-in: whoever stole a password and sits at a
 * remembered browser must not change the factors of its owner.
 */
const leadsToChange = async (desk: Desk, person: Eligible): Promise<boolean> => {
  const { registration } = person;
  const now = desk.host.clock.now();
  if (registration.holdUntil > now) return false;
  if (isConfirmationDue(desk, person, now) || staleOf(desk, person).length > 0) return true;
  if (!isRequired(desk, person, '') && registration.snoozedUntil > now) return false;
  return missingMethods(desk, person) > 0 && (await openMethods(desk, person)).length > 0;
};

/** Whether the policy asks for a second factor that was not proved, neither now nor in this browser before. */
const isShort = async (
  desk: Desk,
  { account, browser, acr }: Question,
  person: Eligible,
  factors: readonly Usable[],
): Promise<boolean> => {
  const { policy } = person;
  if (policy.secondFactor === 'off' || reaches(acr, 'aal2')) return false;
  const isAsked = policy.secondFactor === 'required' || factors.some(({ method }) => isLastingFactor(method));
  if (!isAsked || factors.length === 0) return isAsked;
  const remembers = policy.rememberSecondFactorDays > 0 && (await desk.host.remembered?.remembers(browser, account));
  return remembers !== true || leadsToChange(desk, person);
};

/**
 * What the app asks for is asked of those who can prove it. A wish is no reason to ask somebody twice in one sign-in,
 * and the sign-in itself ends what an essential request asks for in vain.
 */
const ofTheApp = ({ acr, wanted, met, signIn }: Question, factors: readonly Usable[]): readonly Usable[] => {
  const isStepUp = signIn.prompt.reasons.every((reason) => reason === STEP_UP);
  if (met || (!wanted.essential && acr !== 'aal1' && !isStepUp)) return [];
  return factors.filter(({ method }) => meets(levelOf(method), wanted));
};

/** What is needed before the session may begin; undefined when nothing is. */
export const factorNeed = async (desk: Desk, question: Question): Promise<Need | undefined> => {
  const { account, acr, met, wanted } = question;
  const policy = desk.policies.of(account);
  if (!policy || (met && (policy.secondFactor === 'off' || reaches(acr, 'aal2')))) return undefined;
  const person = await eligibleOf(desk, account);
  if (!person) return undefined;
  const factors = secondFactors(desk, person);
  const byPolicy = await isShort(desk, question, person, factors);
  // A pass leads to registration: it is what the policy asks for, and fulfils no wish of an app.
  const given = byPolicy ? givenFor(desk, person, 'registration') : [];
  if (byPolicy && factors.length === 0) {
    if (await willRegister(desk, person)) return undefined;
    return given.length > 0 ? { kind: 'proof', byPolicy, factors: given } : { kind: 'help' };
  }
  const meeting = ofTheApp(question, factors);
  const asked = byPolicy && (met || !wanted.essential) ? [...new Set([...meeting, ...factors, ...given])] : meeting;
  return asked.length === 0 ? undefined : { kind: 'proof', byPolicy, factors: asked };
};
