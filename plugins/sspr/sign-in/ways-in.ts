import { get, json, page, post, redirect } from '../../../src/plugin.ts';
import type { Answer, Route, RunningSignIn, Visit, WayIn } from '../../../src/plugin.ts';
import { Conflict } from '../../../src/store/port.ts';
import type { Registered, Registration } from '../collections.ts';
import { eligibleOf, leaving } from '../desk.ts';
import type { Desk, Eligible } from '../desk.ts';
import { hereOf } from '../methods/here.ts';
import type { Claim, Fields, Method, Proved } from '../methods/method.ts';
import { heldOf, replacing, withUsed } from '../registrations.ts';

/** A method that tells by itself who somebody is. */
type Standalone = Method & Required<Pick<Method, 'alone'>>;

const pathTo = ({ name }: Method, uid: string): string => `/interaction/${encodeURIComponent(uid)}/${name}`;

/** Those that some policy allows; none in a foreign host, whose sign-in is its own. */
const standalone = ({ host, methods, config }: Desk): readonly Standalone[] => {
  const allowed = new Set<string>(config.policies.flatMap((policy) => policy.methods));
  return Object.values(methods).filter(
    (method): method is Standalone => host.sessions !== undefined && !!method.alone && allowed.has(method.name),
  );
};

interface Entrant {
  readonly person: Eligible;
  readonly proved: Proved<unknown>;
}

/** Who it is that may sign in so: as things stand now, by what they have registered now. */
const entrant = async (desk: Desk, method: Standalone, claim: Claim<unknown>): Promise<Entrant | undefined> => {
  const person = await eligibleOf(desk, await desk.host.accounts.byId(claim.accountId));
  const isAllowed = person && (person.policy.methods as readonly string[]).includes(method.name);
  const proved = isAllowed && (await claim.prove(heldOf(method, person.registration)));
  return proved ? { person, proved } : undefined;
};

/** Whoever proves another thing than the one that reset the password by itself need not wait to add methods. */
const afterUse = ({ host }: Desk, { person: { registration }, proved }: Entrant): Registration => {
  const { registered, becomes } = proved;
  const now = host.clock.now();
  const { aloneUntil = 0 } = registration.methods.find(({ id }) => id === registered) ?? {};
  const next = withUsed(registration, registered, now, becomes as Registered['data'] | null | undefined);
  return aloneUntil > now ? next : { ...next, holdUntil: 0 };
};

/** Writes down that it was used; false where it was used this very moment, as in another tab. */
const use = async (desk: Desk, entrant: Entrant): Promise<boolean> => {
  const { registration } = entrant.person;
  const next = afterUse(desk, entrant);
  const { changes = [] } = entrant.proved;
  try {
    await desk.host.store.commit([replacing(registration, next), ...leaving(desk, registration, next), ...changes]);
    return true;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return false;
  }
};

const show = (
  method: Standalone,
  visit: Visit<unknown>,
  { uid, clientName, returnOrigin }: RunningSignIn,
  wrong?: boolean,
): Answer => {
  const data = { ...method.alone.page({ uid, here: hereOf(visit) }), uid, app: clientName, path: pathTo(method, uid) };
  const errors = wrong ? { errors: { credential: { key: `sspr.method.${method.name}.wrong` } } } : {};
  return page(`sspr/${method.name}/sign-in`, data, {
    ...errors,
    formTargets: returnOrigin === undefined ? [] : [returnOrigin],
  });
};

const refuse = async (
  { host }: Desk,
  visit: Visit<unknown>,
  { clientId }: RunningSignIn,
  { name }: Method,
  claim: Claim<unknown> | undefined,
): Promise<void> => {
  const { address, agent, correlation } = visit;
  const about = claim ? { subject: claim.accountId, reason: 'not allowed' } : { reason: 'wrong' };
  const what = { type: 'signin.failure', result: 'failure', method: name, clientId } as const;
  await host.store.commit([host.audit.event({ ...what, ...about, address, agent, correlation })]);
};

const enter = async (desk: Desk, method: Standalone, visit: Visit<Fields>, signIn: RunningSignIn): Promise<Answer> => {
  const { host } = desk;
  const claim = await method.alone.claim({ uid: signIn.uid, here: hereOf(visit) }, visit.form);
  const found = claim && (await entrant(desk, method, claim));
  if (!found || !(await use(desk, found))) {
    await refuse(desk, visit, signIn, method, claim);
    return show(method, visit, signIn, true);
  }
  const { account, registration } = found.person;
  const held = heldOf(method, registration).find(({ id }) => id === found.proved.registered);
  const { amr = [], amrOf, acr = 'aal1' } = method.secondFactor ?? {};
  return host.signIns.begin(visit, {
    account,
    amr: held && amrOf ? amrOf(held.data) : amr,
    acr,
    at: host.clock.now(),
  });
};

/** A page of a sign-in that waits for somebody; any other goes to where that sign-in is. */
const waiting =
  <F>({ host }: Desk, inside: (visit: Visit<F>, signIn: RunningSignIn) => Promise<Answer> | Answer) =>
  async (visit: Visit<F>): Promise<Answer> => {
    const signIn = await host.signIns.details(visit);
    return signIn.prompt.name === 'login' ? inside(visit, signIn) : redirect(host.signIns.path(signIn.uid));
  };

/** Pages that sign somebody in without a name and a password. */
export const wayInRoutes = (desk: Desk): readonly Route[] =>
  standalone(desk).flatMap((method) => {
    const path = `/interaction/:uid/${method.name}`;
    const { alone } = method;
    return [
      get(
        path,
        waiting(desk, (visit, signIn) => show(method, visit, signIn)),
      ),
      get(
        `${path}/options`,
        waiting(desk, (visit, { uid }) => json(alone.page({ uid, here: hereOf(visit) }))),
      ),
      post(
        path,
        alone.form,
        waiting(desk, (visit: Visit<Fields>, signIn) => enter(desk, method, visit, signIn)),
      ),
    ];
  });

export const waysIn = (desk: Desk): readonly WayIn[] =>
  standalone(desk).map((method) => ({
    label: method.alone.label,
    path: (uid) => pathTo(method, uid),
    ...(method.alone.script === undefined ? {} : { script: method.alone.script }),
  }));
