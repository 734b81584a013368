import { get, redirect } from '../../../src/plugin.ts';
import type { Answer, Route, Visit } from '../../../src/plugin.ts';
import { usable } from '../desk.ts';
import { lastingObstacle } from '../preflight.ts';
import { SECURITY_INFO } from '../security-info/entry.ts';
import { noteAsked } from './asking.ts';
import type { Asking } from './asking.ts';
import { isRequired, lacksFactor, missingMethods, openMethods } from './need.ts';
import { heldUntil, holdRoutes, laterHoldRoute, releasesOf } from './hold.ts';
import { laterRoute } from './later.ts';
import { methodRoutes } from './method-pages.ts';
import { passwordRoutes } from './password.ts';
import { pageFor, pathTo, show } from './room.ts';

const overview = (enrolment: Asking, visit: Visit): Promise<Answer> =>
  pageFor(enrolment, visit, async (room) => {
    const { desk } = enrolment;
    const { person } = room;
    const missing = missingMethods(desk, person);
    const open = await openMethods(desk, person);
    const [first] = open;
    const onHold = heldUntil(desk, person) !== undefined;
    if (onHold && releasesOf(desk, person).length > 0) return redirect(pathTo(room, 'hold'));
    if (missing === 0 || first === undefined || onHold) return desk.host.signIns.finish(visit, 'register', {});
    if (!enrolment.mayChange(room)) {
      // There they prove the second factor first. What could be put off is not asked of them here.
      if (isRequired(desk, person, room.session)) return redirect(SECURITY_INFO);
      return desk.host.signIns.finish(visit, 'register', {});
    }
    const done = usable(desk, person).map(({ method, held }) => ({
      name: method.name,
      held: method.describe(held.data),
    }));
    const factor = lacksFactor(desk, person);
    const obstacle = await lastingObstacle(desk, person.account);
    // With one way to go there is nothing to choose.
    if (open.length === 1 && done.length === 0 && obstacle === undefined) return redirect(pathTo(room, first));
    return show(room, 'sspr/register', { ...enrolment.frame(room), missing, done, open, factor, obstacle });
  });

/** Registration at sign-in. */
export const registerRoutes = (enrolment: Asking): readonly Route[] => [
  get('/interaction/:uid/register', (visit) => overview(enrolment, visit)),
  laterRoute(enrolment),
  ...holdRoutes(enrolment, (entry) => noteAsked(enrolment, entry)),
  laterHoldRoute(enrolment),
  ...passwordRoutes(enrolment),
  ...methodRoutes(enrolment),
];
