import { z } from 'zod';
import { randomId } from '../../../src/kernel/random.ts';
import { get, post, redirect } from '../../../src/plugin.ts';
import type { Answer, MessageRef, Route, Visit } from '../../../src/plugin.ts';
import type { Registered, StoredFlow } from '../collections.ts';
import { MOST_TRIES } from '../flows/enrolment.ts';
import { outOfOrder } from '../flows/table.ts';
import { isCapped } from '../limits.ts';
import { hereOf } from '../methods/here.ts';
import type { Confirmed, Fields, Method, Pending, RegistrationQuestion } from '../methods/method.ts';
import type { MethodName } from '../methods/names.ts';
import { heldOf, withRegistered } from '../registrations.ts';
import type { Enrolment } from './entry.ts';
import { addableMethods, isOpen, missingMethods } from './need.ts';
import { pageFor, pathTo, roomFor, show } from './room.ts';
import type { Room } from './room.ts';

const PENDING = 'sspr pending method';

type Errors = Readonly<Record<string, MessageRef>>;

/** A method that people register by themselves. */
type Registrable = Method & Required<Pick<Method, 'enrolment'>>;

const isRegistrable = (method: Method): method is Registrable => method.enrolment !== undefined;

const questionOf = ({ flow, person }: Room, visit: Visit<unknown>, method: Method): RegistrationQuestion => ({
  flowId: flow.id,
  account: person.account,
  here: hereOf(visit),
  held: heldOf(method, person.registration),
});

const pendingOf = ({ desk }: Enrolment, flow: StoredFlow, method: Method): Pending | undefined => {
  const { pending } = flow;
  if (pending?.method !== method.name || pending.until <= desk.host.clock.now()) return undefined;
  return JSON.parse(desk.host.secrets.open(PENDING, pending.data)) as Pending;
};

/** Where methods are added, what is not there; elsewhere what may be changed, too. */
const mayRegister = async (enrolment: Enrolment, room: Room, method: Method): Promise<boolean> => {
  const { desk, kind } = enrolment;
  const { person } = room;
  if (enrolment.mayChange?.(room) === false) return false;
  const { policy, registration } = person;
  const isAllowed = (policy.methods as readonly string[]).includes(method.name);
  if (!isAllowed || registration.holdUntil > desk.host.clock.now()) return false;
  if (await isOpen(desk, person, method.name as MethodName)) return true;
  const changes = kind === 'confirm' || kind === 'manage';
  return changes && method.most === 1 && heldOf(method, registration).length === 1;
};

/** The pages of one method, in one room. */
const pagesOf = (enrolment: Enrolment, method: Registrable, visit: Visit<unknown>, room: Room) => {
  const question = questionOf(room, visit, method);
  const path = `sspr/${method.name}`;
  return {
    async form(typed: Fields = {}, errors?: Errors): Promise<Answer> {
      const data = await method.enrolment.page(question);
      const addable = await addableMethods(enrolment.desk, room.person);
      return show(room, `${path}/register`, { ...enrolment.frame(room), addable, ...data, typed }, errors);
    },
    async confirmation(pending: Pending, errors?: Errors): Promise<Answer> {
      const data = await method.enrolment.confirmation?.page(question, pending);
      return show(room, `${path}/confirm`, { ...enrolment.frame(room), ...data }, errors);
    },
  };
};

const pathOf = ({ path }: Enrolment, { name }: Method): string => `${path}/${name}`;

const look = (enrolment: Enrolment, visit: Visit, method: Registrable): Promise<Answer> =>
  pageFor(
    enrolment,
    visit,
    async (room) => {
      const pages = pagesOf(enrolment, method, visit, room);
      const pending = pendingOf(enrolment, room.flow, method);
      if (pending) return pages.confirmation(pending);
      return (await mayRegister(enrolment, room, method)) ? pages.form() : redirect(pathTo(room));
    },
    { returnTo: pathOf(enrolment, method), pending: method.name },
  );

const register = async (
  enrolment: Enrolment,
  visit: Visit<unknown>,
  room: Room,
  method: Method,
  { data, changes, replaces }: Confirmed<unknown>,
): Promise<Answer> => {
  const { desk, runner } = enrolment;
  const { host } = desk;
  const registered: Registered = {
    id: randomId(host.random),
    method: method.name,
    addedAt: host.clock.now(),
    data: method.data.parse(data) as Registered['data'],
  };
  const { account, registration } = room.person;
  const next = withRegistered(registration, registered, method.most, replaces);
  await runner.apply(room.flow, {
    type: 'register',
    registered,
    most: method.most,
    registration,
    account,
    enough: missingMethods(desk, { ...room.person, registration: next }) === 0,
    now: host.clock.now(),
    ...(changes ? { changes } : {}),
    ...(replaces === undefined ? {} : { replaces }),
  });
  enrolment.registered?.(visit);
  return redirect(pathTo(room));
};

const start = async (enrolment: Enrolment, visit: Visit<Fields>, method: Registrable, room: Room): Promise<Answer> => {
  if (!(await mayRegister(enrolment, room, method))) throw outOfOrder(`${method.name} is not to be registered`);
  const pages = pagesOf(enrolment, method, visit, room);
  const started = await method.enrolment.start(questionOf(room, visit, method), visit.form);
  if (started.kind === 'refused') return pages.form(visit.form, started.errors);
  if (started.kind === 'registered') return register(enrolment, visit, room, method, started);
  const { pending, until, message, changes } = started;
  try {
    await enrolment.runner.apply(room.flow, {
      type: 'start',
      method: method.name,
      data: enrolment.desk.host.secrets.seal(PENDING, JSON.stringify(pending)),
      until,
      account: room.person.account,
      ...(message ? { message } : {}),
      ...(changes ? { changes } : {}),
    });
  } catch (error) {
    if (!isCapped(error)) throw error;
    const [field = 'form'] = Object.keys(visit.form);
    return pages.form(visit.form, { [field]: { key: 'sspr.send.tooMany' } });
  }
  return redirect(pathTo(room, method.name));
};

/** Counts the answer first; undefined when no more are taken. */
const countAttempt = async (enrolment: Enrolment, room: Room, method: Method): Promise<StoredFlow | undefined> => {
  if ((room.flow.tries[method.name] ?? 0) >= MOST_TRIES) return undefined;
  try {
    return await enrolment.runner.applyTo(room.flow.id, () => ({ type: 'attempt', account: room.person.account }));
  } catch (error) {
    if (isCapped(error)) return undefined;
    throw error;
  }
};

const confirm = async (
  enrolment: Enrolment,
  visit: Visit<Fields>,
  method: Registrable,
  room: Room,
): Promise<Answer> => {
  const pending = pendingOf(enrolment, room.flow, method);
  if (!pending) return redirect(pathTo(room, method.name));
  const [field = 'form'] = Object.keys(visit.form);
  const counted = await countAttempt(enrolment, room, method);
  const pages = pagesOf(enrolment, method, visit, room);
  if (!counted) return pages.confirmation(pending, { [field]: { key: 'sspr.enrol.paused' } });
  const now = pendingOf(enrolment, counted, method);
  const question = questionOf(room, visit, method);
  const confirmed = now && (await method.enrolment.confirmation?.confirm(question, now, visit.form));
  if (confirmed) return register(enrolment, visit, { ...room, flow: counted }, method, confirmed);
  return pages.confirmation(pending, { [field]: { key: `sspr.method.${method.name}.wrong` } });
};

const back = async (enrolment: Enrolment, method: Method, room: Room): Promise<Answer> => {
  if (room.flow.pending) await enrolment.runner.apply(room.flow, { type: 'drop' });
  return redirect(pathTo(room, method.name));
};

const nothing = z.strictObject({});

/** The pages of each method: the form, and the proof that what was filled in is the person's. */
export const methodRoutes = (enrolment: Enrolment): readonly Route[] =>
  Object.values(enrolment.desk.methods)
    .filter(isRegistrable)
    .flatMap((method) => {
      const path = pathOf(enrolment, method);
      const beginning = { returnTo: path };
      const goingOn = { returnTo: path, pending: method.name };
      const { confirmation } = method.enrolment;
      return [
        get(path, (visit) => look(enrolment, visit, method)),
        post(path, method.enrolment.form, (visit) =>
          roomFor(enrolment, visit, (room) => start(enrolment, visit, method, room), beginning),
        ),
        ...(confirmation
          ? [
              post(`${path}/confirm`, confirmation.form, (visit) =>
                roomFor(enrolment, visit, (room) => confirm(enrolment, visit, method, room), goingOn),
              ),
              post(`${path}/back`, nothing, (visit) =>
                roomFor(enrolment, visit, (room) => back(enrolment, method, room), goingOn),
              ),
            ]
          : []),
      ];
    });
