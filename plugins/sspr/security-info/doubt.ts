import { z } from 'zod';
import { get, page, post } from '../../../src/plugin.ts';
import type { Answer, Route } from '../../../src/plugin.ts';
import { methodOf } from '../desk.ts';
import type { Enrolment } from '../enrolment/entry.ts';
import { heldUntil } from '../enrolment/hold.ts';
import { roomFor } from '../enrolment/room.ts';
import type { Room } from '../enrolment/room.ts';
import { outOfOrder } from '../flows/table.ts';
import { registeredOf, toOverview } from './overview.ts';
import { say } from './said.ts';

const ask = ({ desk, frame }: Enrolment, room: Room, wanted: string | undefined): Answer => {
  const found = registeredOf(desk, room.person).find(({ id }) => id === wanted);
  if (!found?.one.stale || heldUntil(desk, room.person) !== undefined) return toOverview();
  const { id, name, held, one } = found;
  const method = methodOf(desk, name);
  const changeable = method?.enrolment !== undefined && method.most === 1;
  return page('sspr/stale', { ...frame(room), ...one.stale, what: { id, name, held, changeable } });
};

const keep = async ({ desk, runner }: Enrolment, room: Room, wanted: string, done: () => void): Promise<Answer> => {
  const { account, registration } = room.person;
  const found = registeredOf(desk, room.person).find(({ id }) => id === wanted);
  if (!found || found.one.stale?.dead) throw outOfOrder('what is to be kept is not there any more');
  await runner.apply(room.flow, { type: 'keep', kept: found.one, account, registration });
  done();
  return toOverview();
};

/** "Still yours?", of what may not reach somebody any more, when they look at it by themselves. */
export const doubtRoutes = (enrolment: Enrolment): readonly Route[] => [
  get(`${enrolment.path}/doubt`, (visit) =>
    roomFor(enrolment, visit, (room) => ask(enrolment, room, visit.query['registered'])),
  ),
  post(`${enrolment.path}/keep`, z.strictObject({ registered: z.string() }), (visit) =>
    roomFor(enrolment, visit, (room) =>
      keep(enrolment, room, visit.form.registered, () => {
        say(visit.cookies, 'kept');
      }),
    ),
  ),
];
