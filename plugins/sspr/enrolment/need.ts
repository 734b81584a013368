import { DAY, MINUTE } from '../../../src/kernel/clock.ts';
import type { Secrets } from '../../../src/kernel/secrets.ts';
import type { Registration } from '../collections.ts';
import type { Desk, Eligible, Usable } from '../desk.ts';
import { usable } from '../desk.ts';
import type { Method } from '../methods/method.ts';
import type { MethodName } from '../methods/names.ts';
import { heldOf, withoutRegistered } from '../registrations.ts';
import type { Policy } from '../policy.ts';
import { owesFactor, standingOf, wantingOf, waysOf } from '../standing.ts';
import type { Wanting } from '../standing.ts';

/** The two questions that may be asked at sign-in. */
export type Kind = 'register' | 'confirm';

/** How old the proof of a session may be when methods are added, changed or removed (milliseconds). */
export const FRESH = 10 * MINUTE;

/** A session, for the list of those in which a question was asked. */
export const sessionKey = (secrets: Secrets, kind: Kind, sessionUid: string): string =>
  secrets.hash('sspr asked', `${kind} ${sessionUid}`);

/** Whether the person could add one of this method now. */
export const isOpen = async (desk: Desk, { account, registration }: Eligible, name: MethodName): Promise<boolean> => {
  const method = desk.methods[name];
  const held = heldOf(method, registration);
  if (!method.enrolment || held.length >= method.most) return false;
  return (await method.enrolment.open?.(account, held)) ?? true;
};

/** Methods of the policy that the person could add now, the strongest first. */
export const addableMethods = async (desk: Desk, person: Eligible): Promise<readonly MethodName[]> => {
  const names = (Object.keys(desk.methods) as MethodName[]).filter((name) => person.policy.methods.includes(name));
  const open = await Promise.all(names.map((name) => isOpen(desk, person, name)));
  return names.filter((_name, at) => open[at]);
};

const wanting = ({ host, methods }: Desk, { policy, registration }: Eligible): Wanting =>
  wantingOf(methods, policy, registration, host.clock.now());

/** Methods to register one more of, where there is something to register that helps; the strongest first. */
export const openMethods = async (desk: Desk, person: Eligible): Promise<readonly MethodName[]> => {
  const names = wanting(desk, person).by;
  const open = await Promise.all(names.map((name) => isOpen(desk, person, name)));
  const strength = Object.keys(desk.methods);
  return names.filter((_name, at) => open[at]).toSorted((a, b) => strength.indexOf(a) - strength.indexOf(b));
};

/** How many methods are still to be registered. */
export const missingMethods = (desk: Desk, person: Eligible): number => wanting(desk, person).count;

/**
 * Methods of which one has to be registered before it can be removed, as far as the person can: what they would be asked
 * for without it. Undefined where nothing stands in the way.
 */
export const neededInstead = async (
  desk: Desk,
  person: Eligible,
  id: string,
): Promise<readonly MethodName[] | undefined> => {
  const { methods, host } = desk;
  const { policy, registration } = person;
  const now = host.clock.now();
  const without = wantingOf(methods, policy, withoutRegistered(registration, id), now);
  if (without.count <= wantingOf(methods, policy, registration, now).count) return undefined;
  const open = await Promise.all(without.by.map(async (name) => ((await isOpen(desk, person, name)) ? [name] : [])));
  return open.flat();
};

/** Where somebody is on the way to all that they are asked to register. */
export const progressOf = (desk: Desk, person: Eligible): { readonly at: number; readonly of: number } => {
  const { policy, registration } = person;
  const { gates } = standingOf(policy, waysOf(desk.methods, policy, registration, desk.host.clock.now()));
  const done = Math.min(gates.length, policy.wanted);
  return { at: done + 1, of: done + missingMethods(desk, person) };
};

/** Whether the policy requires a second factor, and the person has none. */
export const lacksFactor = ({ host, methods }: Desk, { policy, registration }: Eligible): boolean =>
  owesFactor(methods, policy, waysOf(methods, policy, registration, host.clock.now()));

/**
 * Whether "not now" is no answer (any more). In a session where it was one, it stays one; but nobody gets on without a
 * second factor where the policy requires one.
 */
export const isRequired = (desk: Desk, person: Eligible, session: string): boolean => {
  const { policy, registration } = person;
  if (policy.enforcement === 'required' || lacksFactor(desk, person)) return true;
  return registration.snoozes >= policy.maxSnoozes && !registration.askedIn.includes(session);
};

export const isConfirmationDue = (desk: Desk, person: Eligible, now: number): boolean => {
  const { policy, registration } = person;
  return (
    policy.reconfirmDays > 0 &&
    usable(desk, person).length > 0 &&
    registration.confirmedAt + policy.reconfirmDays * DAY <= now
  );
};

/** What may not reach its person any more: they are asked about it alone, however long ago they confirmed the rest. */
export const staleOf = (desk: Desk, { policy, registration }: Eligible): readonly Usable[] =>
  policy.methods.flatMap((name) => {
    const method: Method = desk.methods[name];
    return registration.methods.flatMap(({ id, method: of, stale, data: stored }) => {
      const data = of === name && stale ? method.data.safeParse(stored) : undefined;
      return data?.success ? [{ method, held: { id, data: data.data } }] : [];
    });
  });

/** Sessions remembered as asked: more than anyone has open. */
const MOST_SESSIONS = 50;

/** A question that was shown and may be put off counts as put off, until it is answered. */
export const asAsked = (
  registration: Registration,
  kind: Kind,
  session: string,
  policy: Policy,
  now: number,
): Registration => ({
  ...registration,
  askedIn: [...registration.askedIn, session].slice(-MOST_SESSIONS),
  ...(kind === 'register' ? { snoozes: registration.snoozes + 1, snoozedUntil: now + policy.snoozeDays * DAY } : {}),
});
