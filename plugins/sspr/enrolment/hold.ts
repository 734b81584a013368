import { z } from 'zod';
import { get, post, redirect } from '../../../src/plugin.ts';
import type { Answer, MessageRef, Route, Visit } from '../../../src/plugin.ts';
import { Conflict } from '../../../src/store/port.ts';
import type { Change } from '../../../src/store/port.ts';
import { auditEvent } from '../audit-events.ts';
import type { Registered } from '../collections.ts';
import { givenFor, leaving } from '../desk.ts';
import type { Desk, Eligible, Usable } from '../desk.ts';
import { outOfOrder } from '../flows/table.ts';
import { hereOf } from '../methods/here.ts';
import type { Fields, Method, Proved } from '../methods/method.ts';
import { toldOfUse } from '../notices.ts';
import { replacing, withUsed } from '../registrations.ts';
import { noteAsked } from './asking.ts';
import type { Asking } from './asking.ts';
import type { Enrolment, Entry } from './entry.ts';
import { pathTo, roomFor, show } from './room.ts';
import type { Room } from './room.ts';

/** Until when nothing may be added, since a reset by one gate came before (epoch milliseconds). */
export const heldUntil = ({ host: { clock } }: Desk, { registration }: Eligible): number | undefined =>
  registration.holdUntil > clock.now() ? registration.holdUntil : undefined;

/** What ends the wait at once, without waiting: a pass for registration. */
export const releasesOf = (desk: Desk, person: Eligible): readonly Usable[] => givenFor(desk, person, 'registration');

/** Judges an answer by what was given; undefined when it is wrong. */
export const released = async (
  visit: Visit<Fields>,
  flowId: string,
  { method, held }: Usable,
): Promise<Proved<unknown> | undefined> => {
  const { address, agent } = visit;
  const issued = await method.proof.issue?.({
    flowId,
    held: [held],
    guessing: true,
    seed: '',
    purpose: 'sign-in',
    where: { address, agent },
  });
  const challenge = issued && { ...issued.challenge, method: method.name };
  const question = { flowId, challenge, here: hereOf(visit), held: () => Promise.resolve([held]) };
  return method.proof.check(question, visit.form);
};

/** Uses up what was given for registration; a wait after a reset by one gate ends with it. */
export const releasing = (
  desk: Desk,
  person: Eligible,
  visit: Visit<unknown>,
  method: Pick<Method, 'name'>,
  { registered, becomes, changes = [], telling }: Proved<unknown>,
): readonly Change[] => {
  const { account, registration } = person;
  const now = desk.host.clock.now();
  const left = withUsed(registration, registered, now, becomes as Registered['data'] | null | undefined);
  const next = { ...left, holdUntil: 0 };
  const event = auditEvent(visit, {
    type: 'registration.released',
    result: 'success',
    subject: account.id,
    method: method.name,
  });
  return [
    replacing(registration, next),
    ...leaving(desk, registration, next),
    ...changes,
    ...(telling ? toldOfUse(desk, account, visit, registration, telling) : []),
    ...(heldUntil(desk, person) === undefined ? [] : [desk.host.audit.event(event)]),
  ];
};

const holdPage = (
  enrolment: Enrolment,
  room: Room,
  { method }: Usable,
  until: number,
  errors?: Readonly<Record<string, MessageRef>>,
): Answer => {
  const framing = enrolment.frame(room);
  // Nothing can be asked of somebody who has to wait: "not now" is an answer, whatever the policy says.
  const data = { ...framing, base: pathTo(room, 'hold'), hold: until, later: room.signIn !== undefined };
  return show(room, `sspr/${method.name}/prove`, data, errors);
};

const onHold = <E extends Entry>(
  enrolment: Enrolment<E>,
  visit: Visit<unknown>,
  inside: (room: Room<E>, release: Usable, until: number) => Promise<Answer> | Answer,
): Promise<Answer> =>
  roomFor(enrolment, visit, (room) => {
    const until = heldUntil(enrolment.desk, room.person);
    const [release] = releasesOf(enrolment.desk, room.person);
    return release && until !== undefined ? inside(room, release, until) : redirect(pathTo(room));
  });

const release = (enrolment: Enrolment, visit: Visit<Fields>, name: string): Promise<Answer> =>
  onHold(enrolment, visit, async (room, given, until) => {
    const { desk } = enrolment;
    if (given.method.name !== name) throw outOfOrder(`${name} was not given`);
    const proved = await released(visit, room.flow.id, given);
    if (!proved) {
      const [field = ''] = Object.keys(visit.form);
      return holdPage(enrolment, room, given, until, { [field]: { key: `sspr.method.${name}.wrong` } });
    }
    try {
      await desk.host.store.commit(releasing(desk, room.person, visit, given.method, proved));
    } catch (error) {
      if (error instanceof Conflict) throw outOfOrder('what is registered changed since the answer was judged');
      throw error;
    }
    return redirect(pathTo(room));
  });

const pathOf = ({ path }: Enrolment): string => `${path}/hold`;

/** "Not now", of somebody who has to wait. */
export const laterHoldRoute = (enrolment: Asking): Route =>
  post(`${pathOf(enrolment)}/later`, z.strictObject({}), (visit) =>
    onHold(enrolment, visit, async (room) => {
      await noteAsked(enrolment, room);
      return enrolment.desk.host.signIns.finish(visit, enrolment.kind, {});
    }),
  );

/**
 * The wait after a reset by one gate, for those who can end it now.
 *
 * @param looked told when the page is looked at
 */
export const holdRoutes = <E extends Entry>(
  enrolment: Enrolment<E>,
  looked: (entry: E) => Promise<void> = () => Promise.resolve(),
): readonly Route[] => [
  get(pathOf(enrolment), (visit) =>
    onHold(enrolment, visit, async (room, given, until) => {
      await looked(room);
      return holdPage(enrolment, room, given, until);
    }),
  ),
  ...Object.values(enrolment.desk.methods)
    .filter((method) => method.given !== undefined)
    .map(({ name, proof }) =>
      post(`${pathOf(enrolment)}/${name}`, proof.form, (visit) => release(enrolment, visit, name)),
    ),
];
