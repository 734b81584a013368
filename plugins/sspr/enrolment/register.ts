import { get, redirect } from '../../../src/plugin.ts';
import type { Answer, Route, Visit } from '../../../src/plugin.ts';
import { usable } from '../desk.ts';
import type { Enrolment } from './entry.ts';
import { lacksFactor, missingMethods, openMethods } from './need.ts';
import { heldUntil, holdRoutes, releasesOf } from './hold.ts';
import { laterRoute } from './later.ts';
import { methodRoutes } from './method-pages.ts';
import { passwordRoutes } from './password.ts';
import { frame, pageFor, pathTo, show } from './room.ts';

const overview = (enrolment: Enrolment, visit: Visit): Promise<Answer> =>
  pageFor(enrolment, visit, async (room) => {
    const { desk } = enrolment;
    const { person } = room;
    const missing = missingMethods(desk, person);
    const open = await openMethods(desk, person);
    const [first] = open;
    const onHold = heldUntil(desk, person) !== undefined;
    if (onHold && releasesOf(desk, person).length > 0) return redirect(pathTo(enrolment, room, 'hold'));
    if (missing === 0 || first === undefined || onHold) return desk.host.signIns.finish(visit, 'register', {});
    const done = usable(desk, person).map(({ method, held }) => ({
      name: method.name,
      held: method.describe(held.data),
    }));
    const factor = lacksFactor(desk, person);
    // With one way to go there is nothing to choose.
    if (open.length === 1 && done.length === 0) return redirect(pathTo(enrolment, room, first));
    return show(room, 'sspr/register', { ...frame(enrolment, room), missing, done, open, factor });
  });

/** Registration at sign-in. */
export const registerRoutes = (enrolment: Enrolment): readonly Route[] => [
  get('/interaction/:uid/register', (visit) => overview(enrolment, visit)),
  laterRoute(enrolment),
  ...holdRoutes(enrolment),
  ...passwordRoutes(enrolment),
  ...methodRoutes(enrolment),
];
