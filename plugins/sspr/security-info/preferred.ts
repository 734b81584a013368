import { z } from 'zod';
import { get, page, post } from '../../../src/plugin.ts';
import type { Answer, Route, Visit } from '../../../src/plugin.ts';
import type { Enrolment } from '../enrolment/entry.ts';
import { roomFor } from '../enrolment/room.ts';
import type { Room } from '../enrolment/room.ts';
import { outOfOrder } from '../flows/table.ts';
import { askedFirst, toOverview } from './overview.ts';
import { say } from './said.ts';

const ask = (enrolment: Enrolment, room: Room): Answer => {
  const names = askedFirst(enrolment.desk, room.person);
  if (names.length < 2) return toOverview();
  return page('sspr/security-info/preferred', { ...enrolment.frame(room), names });
};

const prefer = async (enrolment: Enrolment, visit: Visit<{ readonly method: string }>, room: Room): Promise<Answer> => {
  const { account, registration } = room.person;
  const { method } = visit.form;
  if (!askedFirst(enrolment.desk, room.person).includes(method)) throw outOfOrder('no method that a sign-in asks for');
  await enrolment.runner.apply(room.flow, { type: 'prefer', method, account, registration });
  say(visit.cookies, 'preferred');
  return toOverview();
};

/** Which method a sign-in asks for first, where there are several. */
export const preferredRoutes = (enrolment: Enrolment): readonly Route[] => {
  const path = `${enrolment.path}/preferred`;
  return [
    get(path, (visit) =>
      roomFor(enrolment, visit, (room) => Promise.resolve(ask(enrolment, room)), { returnTo: path }),
    ),
    post(path, z.strictObject({ method: z.string() }), (visit) =>
      roomFor(enrolment, visit, (room) => prefer(enrolment, visit, room), { returnTo: path }),
    ),
  ];
};
