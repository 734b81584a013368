import { z } from 'zod';
import { get, page, post, redirect } from '../../../src/plugin.ts';
import type { Answer, Route, Visit } from '../../../src/plugin.ts';
import { methodOf } from '../desk.ts';
import type { Enrolment } from '../enrolment/entry.ts';
import { heldUntil } from '../enrolment/hold.ts';
import { neededInstead } from '../enrolment/need.ts';
import { roomFor } from '../enrolment/room.ts';
import type { Room } from '../enrolment/room.ts';
import { outOfOrder } from '../flows/table.ts';
import { registeredOf, toOverview } from './overview.ts';
import { say } from './said.ts';

const PATH = 'remove';

const ask = async (enrolment: Enrolment, room: Room, id: string | undefined): Promise<Answer> => {
  const { desk } = enrolment;
  const { person } = room;
  const found = registeredOf(desk, person).find((each) => each.id === id);
  if (!found) return toOverview();
  const { one: _, ...shown } = found;
  const hold = heldUntil(desk, person);
  const method = methodOf(desk, found.name);
  const data = { ...enrolment.frame(room), ...shown, hold };
  if (hold !== undefined) return page('sspr/security-info/needed', { ...data, changeable: false, open: [] });
  const open = await neededInstead(desk, person, found.id);
  if (!open) return page('sspr/security-info/remove', data);
  const changeable = method?.enrolment !== undefined && method.most === 1;
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
  const stays = heldUntil(desk, room.person) !== undefined || (await neededInstead(desk, room.person, registered));
  if (stays) return redirect(`${room.base}/${PATH}?registered=${encodeURIComponent(registered)}`);
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
