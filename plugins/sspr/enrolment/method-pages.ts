import { z } from 'zod';
import { randomId } from '../../../src/kernel/random.ts';
import { get, post, redirect } from '../../../src/plugin.ts';
import type { Answer, MessageRef, Route, Visit } from '../../../src/plugin.ts';
import type { Registered, StoredFlow } from '../collections.ts';
import { usable } from '../desk.ts';
import type { Eligible } from '../desk.ts';
import { MOST_TRIES } from '../flows/enrolment.ts';
import { outOfOrder } from '../flows/table.ts';
import { isCapped } from '../limits.ts';
import type { Fields, Method, RegistrationQuestion } from '../methods/method.ts';
import type { MethodName } from '../methods/names.ts';
import type { Enrolment } from './entry.ts';
import { missingMethods, openMethods } from './need.ts';
import { frame, pageFor, pathTo, roomFor, show } from './room.ts';
import type { Room } from './room.ts';

const PENDING = 'sspr pending method';

type Pending = Readonly<Record<string, string | number>>;

const questionOf = ({ flow, person }: Room, visit: Visit<unknown>): RegistrationQuestion => ({
  flowId: flow.id,
  account: person.account,
  locale: visit.locale,
});

const pendingOf = ({ desk }: Enrolment, flow: StoredFlow, method: Method): Pending | undefined => {
  const { pending } = flow;
  if (pending?.method !== method.name || pending.until <= desk.host.clock.now()) return undefined;
  return JSON.parse(desk.host.secrets.open(PENDING, pending.data)) as Pending;
};

const formPage = (
  enrolment: Enrolment,
  visit: Visit<unknown>,
  room: Room,
  method: Method,
  typed: Fields = {},
  errors?: Readonly<Record<string, MessageRef>>,
): Answer =>
  show(
    room,
    `sspr/${method.name}/register`,
    { ...frame(enrolment, room), ...method.enrolment.page(questionOf(room, visit)), typed },
    errors,
  );

const codePage = (
  enrolment: Enrolment,
  room: Room,
  method: Method,
  pending: Pending,
  errors?: Readonly<Record<string, MessageRef>>,
): Answer =>
  show(
    room,
    `sspr/${method.name}/confirm`,
    { ...frame(enrolment, room), ...method.enrolment.confirmation?.page(pending) },
    errors,
  );

const look = (enrolment: Enrolment, visit: Visit, method: Method): Promise<Answer> =>
  pageFor(enrolment, visit, (room) => {
    if (!mayRegister(enrolment, room.person, method.name)) return redirect(pathTo(enrolment, room));
    const pending = pendingOf(enrolment, room.flow, method);
    return pending ? codePage(enrolment, room, method, pending) : formPage(enrolment, visit, room, method);
  });

/** At registration what is missing; at reconfirmation what may be changed, too. */
const mayRegister = ({ desk, kind }: Enrolment, person: Eligible, name: MethodName): boolean =>
  person.registration.holdUntil <= desk.host.clock.now() &&
  (openMethods(desk, person).includes(name) ||
    (kind === 'confirm' && usable(desk, person).some(({ method }) => method.name === name)));

const register = async (enrolment: Enrolment, room: Room, method: Method, data: unknown): Promise<Answer> => {
  const { desk, runner } = enrolment;
  const { host } = desk;
  const registered: Registered = {
    id: randomId(host.random),
    method: method.name,
    addedAt: host.clock.now(),
    data: method.data.parse(data) as Registered['data'],
  };
  const { account, registration } = room.person;
  // One of another method counts; a change of what was there before does not.
  const added = registration.methods.some((one) => one.method === method.name) ? 0 : 1;
  const enough = missingMethods(desk, room.person) <= added;
  await runner.apply(room.flow, {
    type: 'register',
    registered,
    registration,
    account,
    enough,
    now: host.clock.now(),
  });
  return redirect(pathTo(enrolment, room));
};

const start = (enrolment: Enrolment, visit: Visit<Fields>, method: Method): Promise<Answer> =>
  roomFor(enrolment, visit, async (room) => {
    if (!mayRegister(enrolment, room.person, method.name)) throw outOfOrder(`${method.name} is not to be registered`);
    const started = await method.enrolment.start(questionOf(room, visit), visit.form);
    if (started.kind === 'refused') return formPage(enrolment, visit, room, method, visit.form, started.errors);
    if (started.kind === 'registered') return register(enrolment, room, method, started.data);
    const { host } = enrolment.desk;
    try {
      await enrolment.runner.apply(room.flow, {
        type: 'start',
        method: method.name,
        data: host.secrets.seal(PENDING, JSON.stringify(started.pending)),
        until: started.until,
        account: room.person.account,
        ...(started.message ? { message: started.message } : {}),
      });
    } catch (error) {
      if (!isCapped(error)) throw error;
      const [field = 'form'] = Object.keys(visit.form);
      return formPage(enrolment, visit, room, method, visit.form, { [field]: { key: 'sspr.send.tooMany' } });
    }
    return redirect(pathTo(enrolment, room, method.name));
  });

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

const confirm = (enrolment: Enrolment, visit: Visit<Fields>, method: Method): Promise<Answer> =>
  roomFor(enrolment, visit, async (room) => {
    const pending = pendingOf(enrolment, room.flow, method);
    if (!pending) return redirect(pathTo(enrolment, room, method.name));
    const [field = 'form'] = Object.keys(visit.form);
    const counted = await countAttempt(enrolment, room, method);
    if (!counted) return codePage(enrolment, room, method, pending, { [field]: { key: 'sspr.enrol.paused' } });
    const now = pendingOf(enrolment, counted, method);
    const data = now && method.enrolment.confirmation?.confirm(questionOf(room, visit), now, visit.form);
    if (data !== undefined) return register(enrolment, { ...room, flow: counted }, method, data);
    const error = { key: `sspr.method.${method.name}.wrong` };
    return codePage(enrolment, { ...room, flow: counted }, method, pending, { [field]: error });
  });

const back = (enrolment: Enrolment, visit: Visit<unknown>, method: Method): Promise<Answer> =>
  roomFor(enrolment, visit, async (room) => {
    if (room.flow.pending) await enrolment.runner.apply(room.flow, { type: 'drop' });
    return redirect(pathTo(enrolment, room, method.name));
  });

const nothing = z.strictObject({});

/** The pages of each method: the form, and the proof that what was filled in is the person's. */
export const methodRoutes = (enrolment: Enrolment): readonly Route[] =>
  Object.values(enrolment.desk.methods).flatMap((method) => {
    const path = `/interaction/:uid/${enrolment.kind}/${method.name}`;
    const { confirmation } = method.enrolment;
    return [
      get(path, (visit) => look(enrolment, visit, method)),
      post(path, method.enrolment.form, (visit) => start(enrolment, visit, method)),
      ...(confirmation
        ? [
            post(`${path}/confirm`, confirmation.form, (visit) => confirm(enrolment, visit, method)),
            post(`${path}/back`, nothing, (visit) => back(enrolment, visit, method)),
          ]
        : []),
    ];
  });
