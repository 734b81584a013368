import { z } from 'zod';
import { get, page, post, redirect } from '../../../src/plugin.ts';
import type { Answer, Route, Visit } from '../../../src/plugin.ts';
import type { Desk, Eligible } from '../desk.ts';
import type { Enrolment } from '../enrolment/entry.ts';
import { heldUntil } from '../enrolment/hold.ts';
import { isOpen } from '../enrolment/need.ts';
import { roomFor } from '../enrolment/room.ts';
import type { Room } from '../enrolment/room.ts';
import { outOfOrder } from '../flows/table.ts';
import { withoutRegistered } from '../registrations.ts';
import { wantingOf } from '../standing.ts';
import { registeredOf, toOverview } from './overview.ts';
import { say } from './said.ts';

const PATH = 'remove';

/** Whether more would have to be registered without it than with it. */
const isNeeded = ({ methods, host }: Desk, { policy, registration }: Eligible, id: string): boolean => {
  const now = host.clock.now();
  const lacking = wantingOf(methods, policy, registration, now).count;
  return wantingOf(methods, policy, withoutRegistered(registration, id), now).count > lacking;
};

/** Methods of which another one could stand in for it. */
const instead = async (desk: Desk, person: Eligible): Promise<readonly string[]> => {
  const open = await Promise.all(
    person.policy.methods.map(async (name) => ((await isOpen(desk, person, name)) ? [name] : [])),
  );
  return open.flat();
};

const ask = async (enrolment: Enrolment, room: Room, id: string | undefined): Promise<Answer> => {
  const { desk } = enrolment;
  const { person } = room;
  const found = registeredOf(desk, person).find((each) => each.id === id);
  if (!found) return toOverview();
  const { one: _, ...shown } = found;
  const hold = heldUntil(desk, person);
  const method = desk.methods[found.name as keyof typeof desk.methods];
  const data = { ...enrolment.frame(room), ...shown, hold };
  if (hold === undefined && !isNeeded(desk, person, found.id)) return page('sspr/security-info/remove', data);
  const changeable = hold === undefined && method.enrolment !== undefined && method.most === 1;
  const open = hold === undefined ? await instead(desk, person) : [];
  return page('sspr/security-info/needed', { ...data, changeable, open });
};

const remove = async (
  enrolment: Enrolment,
  visit: Visit<{ readonly registered: string }>,
  room: Room,
): Promise<Answer> => {
  const { desk, runner } = enrolment;
  const { account, registration } = room.person;
  const { registered } = visit.form;
  const found = registeredOf(desk, room.person).find(({ id }) => id === registered);
  if (!found) throw outOfOrder('what is to be removed is not registered');
  if (heldUntil(desk, room.person) !== undefined || isNeeded(desk, room.person, registered)) {
    return redirect(`${room.base}/${PATH}?registered=${encodeURIComponent(registered)}`);
  }
  await runner.apply(room.flow, { type: 'remove', removed: found.one, account, registration });
  say(visit.cookies, 'removed');
  return toOverview();
};

/** Removing something, which is asked about on a page that says what it means. */
export const removalRoutes = (enrolment: Enrolment): readonly Route[] => {
  const path = `${enrolment.path}/${PATH}`;
  return [
    get(path, (visit) => roomFor(enrolment, visit, (room) => ask(enrolment, room, visit.query['registered']))),
    post(path, z.strictObject({ registered: z.string() }), (visit) =>
      roomFor(enrolment, visit, (room) => remove(enrolment, visit, room)),
    ),
  ];
};
