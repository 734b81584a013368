import { z } from 'zod';
import { get, page, post, redirect } from '../../../src/plugin.ts';
import type { Answer, Entrance, Recovery, Route, Visit } from '../../../src/plugin.ts';
import { usable } from '../desk.ts';
import type { Desk } from '../desk.ts';
import { enrolmentEffects } from '../enrolment/effects.ts';
import type { Enrolment } from '../enrolment/entry.ts';
import { methodRoutes } from '../enrolment/method-pages.ts';
import { addableMethods, missingMethods } from '../enrolment/need.ts';
import { roomFor } from '../enrolment/room.ts';
import { passFlow } from '../flows/enrolment.ts';
import { createRunner } from '../flows/run.ts';
import type { SsprLimits } from '../limits.ts';
import { standingOf, waysOf } from '../standing.ts';
import { byPass, PASS, passHere } from './entry.ts';
import { form, formPage, open } from './open.ts';

const DONE = `${PASS}/done`;

/** What is set up and what can be added, while the pages are open; else the form that takes a pass. */
const begin = async (enrolment: Enrolment, visit: Visit): Promise<Answer> => {
  const { desk } = enrolment;
  const here = await passHere(desk, visit);
  if (!here || here.flow.state === 'finished') return formPage();
  const { entry, flow } = here;
  const done = usable(desk, entry.person).map(({ method, held }) => ({
    name: method.name,
    held: method.describe(held.data),
  }));
  const missing = missingMethods(desk, entry.person);
  const data = { ...enrolment.frame(entry), done, missing, open: await addableMethods(desk, entry.person) };
  return page('sspr/pass/overview', { ...data, until: flow.expiresAt });
};

const finish = (enrolment: Enrolment, visit: Visit<unknown>): Promise<Answer> =>
  roomFor(enrolment, visit, async ({ flow, person }) => {
    await enrolment.runner.apply(flow, { type: 'finish', account: person.account });
    return redirect(DONE);
  });

const canReset = ({ host, methods }: Desk, { policy, registration }: Parameters<typeof usable>[1]): boolean =>
  standingOf(policy, waysOf(methods, policy, registration, host.clock.now())).missing.reset === 0;

const done = async ({ desk }: Enrolment, visit: Visit): Promise<Answer> => {
  const here = await passHere(desk, visit);
  if (here?.flow.state !== 'finished') return redirect(PASS);
  return page('sspr/pass/done', { reset: canReset(desk, here.entry.person) });
};

const isOffered = ({ methods }: Desk): boolean => methods.pass.given?.offered === true;

/** Registration by a pass of the help desk, without a password and outside of any sign-in. */
export const passRoutes = (desk: Desk, limits: SsprLimits): readonly Route[] => {
  if (!isOffered(desk)) return [];
  const { store, clock } = desk.host;
  const runner = createRunner(store, clock, passFlow, enrolmentEffects(desk, limits));
  const enrolment = byPass({ desk, limits, runner });
  return [
    get(PASS, (visit) => begin(enrolment, visit)),
    post(PASS, form, (visit) => open(enrolment, visit)),
    post(`${PASS}/finish`, z.strictObject({}), (visit) => finish(enrolment, visit)),
    get(DONE, (visit) => done(enrolment, visit)),
    ...methodRoutes(enrolment),
  ];
};

const label = { key: 'sspr.pass.entrance' };

export const passEntrances = (desk: Desk): readonly Entrance[] => (isOffered(desk) ? [{ label, path: PASS }] : []);

export const passRecovery = (desk: Desk): readonly Recovery[] => (isOffered(desk) ? [{ label, path: () => PASS }] : []);
