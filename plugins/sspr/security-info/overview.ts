import { page, redirect } from '../../../src/plugin.ts';
import type { Account, Answer, Visit } from '../../../src/plugin.ts';
import type { Registered } from '../collections.ts';
import { methodOf, usable } from '../desk.ts';
import { expiryOf } from '../change/due.ts';
import type { Desk, Eligible } from '../desk.ts';
import { deviceOf } from '../device.ts';
import { heldUntil, releasesOf } from '../enrolment/hold.ts';
import { addableMethods, missingMethods } from '../enrolment/need.ts';
import { secondFactors } from '../factor/need.ts';
import type { Method } from '../methods/method.ts';
import { lastingObstacle } from '../preflight.ts';
import { activityOf } from './activity.ts';
import { forSomebody, hasFactor, SECURITY_INFO } from './entry.ts';
import type { SecurityInfo, Somebody } from './entry.ts';
import { sayOnce } from './said.ts';

/** One of the things that somebody registered, as their page shows it. */
export interface Shown {
  readonly id: string;
  readonly name: string;
  readonly held: Readonly<Record<string, string | number>>;
}

const readable = (method: Method | undefined, { id, data }: Registered): Shown | undefined => {
  const read = method?.data.safeParse(data);
  return method && read?.success ? { id, name: method.name, held: method.describe(read.data) } : undefined;
};

/** What is registered, whether the policy allows it (any more) or not; what was only given is not theirs to manage. */
export const registeredOf = (desk: Desk, { registration }: Eligible): readonly (Shown & { one: Registered })[] => {
  const strength = Object.keys(desk.methods);
  return registration.methods
    .filter(({ method }) => methodOf(desk, method)?.given === undefined)
    .flatMap((one) => {
      const shown = readable(methodOf(desk, one.method), one);
      return shown ? [{ ...shown, one }] : [];
    })
    .toSorted((a, b) => strength.indexOf(a.name) - strength.indexOf(b.name));
};

/** Methods that a sign-in may ask for first, in the order in which it does: what is dead comes last whatever they say. */
export const askedFirst = (desk: Desk, person: Eligible): readonly string[] => {
  if (person.policy.secondFactor === 'off') return [];
  const alive = new Set(usable(desk, person).map(({ held }) => held.id));
  return [
    ...new Set(
      secondFactors(desk, person)
        .filter(({ held }) => alive.has(held.id))
        .map(({ method }) => method.name),
    ),
  ];
};

const staleOf = ({ stale }: Registered): string | undefined =>
  stale?.dead && stale.reason === 'changed' ? 'dead' : stale?.reason;

/** When it ends by itself, while it has not (epoch milliseconds). */
const untilOf = (method: Method | undefined, { stale, data }: Registered): number | undefined => {
  const read = stale?.dead ? undefined : method?.data.safeParse(data);
  return read?.success ? method?.ends?.(read.data) : undefined;
};

/** What ends the wait after a reset by one gate at once, by a message of its own. */
const releaseOf = (desk: Desk, person: Eligible): string | undefined => {
  if (releasesOf(desk, person).length > 0) return 'pass';
  // To prove it is what any change asks for first, and what ends the wait.
  return hasFactor(desk, person) ? 'factor' : undefined;
};

const methodsOf = async (desk: Desk, person: Eligible) => {
  const { policy } = person;
  const hold = heldUntil(desk, person);
  const factors = askedFirst(desk, person);
  const allowed: readonly string[] = policy.methods;
  return {
    methods: registeredOf(desk, person).map(({ one, ...shown }) => {
      const method = methodOf(desk, shown.name);
      const isAllowed = allowed.includes(shown.name);
      return {
        ...shown,
        addedAt: one.addedAt,
        usedAt: one.usedAt,
        until: untilOf(method, one),
        stale: staleOf(one),
        doubtful: one.stale?.dead === false,
        allowed: isAllowed,
        // While they have to wait, nothing can be done with it.
        removable: hold === undefined,
        changeable: hold === undefined && isAllowed && method?.enrolment !== undefined && method.most === 1,
        preferred: factors.length > 1 && factors[0] === shown.name,
      };
    }),
    open: await addableMethods(desk, person),
    missing: missingMethods(desk, person),
    choice: factors.length > 1,
    ...(hold === undefined ? {} : { hold, release: releaseOf(desk, person) }),
  };
};

const sessionsOf = async ({ sessions }: SecurityInfo, { session }: Somebody) => {
  const open = await sessions.list(session.accountId);
  return open
    .map(({ agent, ...each }) => ({ ...each, ...deviceOf(agent), here: each.uid === session.uid }))
    .toSorted((a, b) => Number(b.here) - Number(a.here));
};

const rememberedOf = async ({ desk }: SecurityInfo, { account }: Somebody) =>
  ((await desk.host.remembered?.list(account)) ?? []).map(({ agent, ...each }) => ({ ...each, ...deviceOf(agent) }));

/** The page is about much else, and opens also while whoever keeps the password does not answer. */
const shownExpiry = async (desk: Desk, account: Account): Promise<number | undefined> => {
  try {
    return await expiryOf(desk, account);
  } catch (error) {
    desk.host.log.warn({ subject: account.id, error }, 'when a password expires could not be found out');
    return undefined;
  }
};

/** Few enough to be read at a glance, and as many as the page of their own shows. */
const GLANCE = 5;
const MOST = 20;

export const overview = (info: SecurityInfo, visit: Visit): Promise<Answer> =>
  forSomebody(info, visit, async (somebody) => {
    const { account, person } = somebody;
    const [methods, obstacle, expires, sessions, remembered, activity] = await Promise.all([
      person && methodsOf(info.desk, person),
      person && lastingObstacle(info.desk, account),
      shownExpiry(info.desk, account),
      sessionsOf(info, somebody),
      rememberedOf(info, somebody),
      activityOf(info.desk, account.id, GLANCE),
    ]);
    const { userName } = account;
    const data = {
      base: SECURITY_INFO,
      userName,
      obstacle,
      expires,
      sessions,
      remembered,
      activity,
      said: sayOnce(visit.cookies),
    };
    return page('sspr/security-info/overview', { ...data, own: methods });
  });

export const activityPage = (info: SecurityInfo, visit: Visit): Promise<Answer> =>
  forSomebody(info, visit, async ({ account }) =>
    page('sspr/security-info/activity', {
      back: SECURITY_INFO,
      activity: await activityOf(info.desk, account.id, MOST),
    }),
  );

/** After something was done. */
export const toOverview = (): Answer => redirect(SECURITY_INFO);
