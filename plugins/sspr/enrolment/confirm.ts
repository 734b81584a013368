import { z } from 'zod';
import { get, post, redirect } from '../../../src/plugin.ts';
import type { Answer, Route, Visit } from '../../../src/plugin.ts';
import { usable } from '../desk.ts';
import type { Usable } from '../desk.ts';
import { outOfOrder } from '../flows/table.ts';
import { SECURITY_INFO } from '../security-info/entry.ts';
import type { Asked, Asking } from './asking.ts';
import { laterRoute } from './later.ts';
import { methodRoutes } from './method-pages.ts';
import { isConfirmationDue, neededInstead, staleOf } from './need.ts';
import { passwordRoutes } from './password.ts';
import { pageFor, pathTo, roomFor, show } from './room.ts';
import type { Room } from './room.ts';

/** What a page says of something registered, and what can be done about it there. */
const shownOf = async ({ desk, mayChange }: Asking, room: Room<Asked>, { method, held }: Usable) => {
  const may = mayChange(room);
  return {
    id: held.id,
    name: method.name,
    held: method.describe(held.data),
    changeable: may && method.enrolment !== undefined && method.most === 1,
    removable: may && (await neededInstead(desk, room.person, held.id)) === undefined,
  };
};

type Shown = Awaited<ReturnType<typeof shownOf>>;

/**
 * Path of the page that asks for another proof, and on which another way can be added first: for what cannot be done
 * here. A foreign host has no such page.
 */
const elsewhere = ({ signIn }: Asked, shown: readonly Shown[]): { readonly elsewhere?: string } => {
  const isStuck = shown.some(({ changeable, removable }) => !changeable && !removable);
  return isStuck && signIn.acr !== undefined ? { elsewhere: SECURITY_INFO } : {};
};

/** One thing at a time that may not reach its person any more. */
const doubt = async (enrolment: Asking, room: Room<Asked>, one: Usable): Promise<Answer> => {
  const stale = room.person.registration.methods.find(({ id }) => id === one.held.id)?.stale;
  const what = await shownOf(enrolment, room, one);
  return show(room, 'sspr/stale', { ...enrolment.frame(room), ...stale, ...elsewhere(room, [what]), what });
};

const overview = (enrolment: Asking, visit: Visit): Promise<Answer> =>
  pageFor(enrolment, visit, async (room) => {
    const { desk } = enrolment;
    if (!isConfirmationDue(desk, room.person, desk.host.clock.now())) {
      const [doubtful] = room.flow.state === 'finished' ? [] : staleOf(desk, room.person);
      return doubtful ? doubt(enrolment, room, doubtful) : desk.host.signIns.finish(visit, 'confirm', {});
    }
    const methods = await Promise.all(usable(desk, room.person).map((one) => shownOf(enrolment, room, one)));
    const over = methods.length === 0 || room.flow.state === 'finished';
    if (over) return desk.host.signIns.finish(visit, 'confirm', {});
    return show(room, 'sspr/confirm', { ...enrolment.frame(room), ...elsewhere(room, methods), methods });
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
    if (!enrolment.mayChange(room)) throw outOfOrder('what was proved is not enough to remove something');
    if (!removed) throw outOfOrder('what is to be removed is not registered');
    // The page that offered it may be old: another way was removed since.
    if (await neededInstead(enrolment.desk, room.person, removed.id)) return redirect(pathTo(room));
    await enrolment.runner.apply(room.flow, { type: 'remove', removed, account, registration });
    return redirect(pathTo(room));
  });

const keep = (enrolment: Asking, visit: Visit<{ readonly registered: string }>): Promise<Answer> =>
  roomFor(enrolment, visit, async (room) => {
    const { account, registration } = room.person;
    const kept = registration.methods.find(({ id }) => id === visit.form.registered);
    if (!kept || kept.stale?.dead) throw outOfOrder('what is to be kept is not there any more');
    await enrolment.runner.apply(room.flow, { type: 'keep', kept, account, registration });
    return redirect(pathTo(room));
  });

/** Reconfirmation at sign-in: "still yours?" */
export const confirmRoutes = (enrolment: Asking): readonly Route[] => [
  get('/interaction/:uid/confirm', (visit) => overview(enrolment, visit)),
  post('/interaction/:uid/confirm', z.strictObject({}), (visit) => confirm(enrolment, visit)),
  post('/interaction/:uid/confirm/remove', z.strictObject({ registered: z.string() }), (visit) =>
    remove(enrolment, visit),
  ),
  post('/interaction/:uid/confirm/keep', z.strictObject({ registered: z.string() }), (visit) => keep(enrolment, visit)),
  laterRoute(enrolment),
  ...passwordRoutes(enrolment),
  ...methodRoutes(enrolment),
];
