import { z } from 'zod';
import { get, post, redirect } from '../../../src/plugin.ts';
import type { Answer, Route, Visit } from '../../../src/plugin.ts';
import { usable } from '../desk.ts';
import { outOfOrder } from '../flows/table.ts';
import type { Asking } from './asking.ts';
import { laterRoute } from './later.ts';
import { methodRoutes } from './method-pages.ts';
import { passwordRoutes } from './password.ts';
import { pageFor, pathTo, roomFor, show } from './room.ts';

const overview = (enrolment: Asking, visit: Visit): Promise<Answer> =>
  pageFor(enrolment, visit, (room) => {
    const methods = usable(enrolment.desk, room.person).map(({ method, held }) => ({
      id: held.id,
      name: method.name,
      held: method.describe(held.data),
      changeable: method.enrolment !== undefined && method.most === 1,
    }));
    const over = methods.length === 0 || room.flow.state === 'finished';
    if (over) return enrolment.desk.host.signIns.finish(visit, 'confirm', {});
    return show(room, 'sspr/confirm', { ...enrolment.frame(room), methods });
  });

const confirm = (enrolment: Asking, visit: Visit<unknown>): Promise<Answer> =>
  roomFor(enrolment, visit, async (room) => {
    const { account, registration } = room.person;
    const now = enrolment.desk.host.clock.now();
    await enrolment.runner.apply(room.flow, { type: 'confirm', account, registration, now });
    return enrolment.desk.host.signIns.finish(visit, 'confirm', {});
  });

const remove = (enrolment: Asking, visit: Visit<{ readonly registered: string }>): Promise<Answer> =>
  roomFor(enrolment, visit, async (room) => {
    const { account, registration } = room.person;
    const removed = registration.methods.find(({ id }) => id === visit.form.registered);
    if (!removed) throw outOfOrder('what is to be removed is not registered');
    await enrolment.runner.apply(room.flow, { type: 'remove', removed, account, registration });
    return redirect(pathTo(room));
  });

/** Reconfirmation at sign-in: "still yours?" */
export const confirmRoutes = (enrolment: Asking): readonly Route[] => [
  get('/interaction/:uid/confirm', (visit) => overview(enrolment, visit)),
  post('/interaction/:uid/confirm', z.strictObject({}), (visit) => confirm(enrolment, visit)),
  post('/interaction/:uid/confirm/remove', z.strictObject({ registered: z.string() }), (visit) =>
    remove(enrolment, visit),
  ),
  laterRoute(enrolment),
  ...passwordRoutes(enrolment),
  ...methodRoutes(enrolment),
];
