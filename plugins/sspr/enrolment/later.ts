import { z } from 'zod';
import { post } from '../../../src/plugin.ts';
import type { Route } from '../../../src/plugin.ts';
import { outOfOrder } from '../flows/table.ts';
import { noteAsked } from './asking.ts';
import type { Asking } from './asking.ts';
import { flowOf, isAnswer } from './entry.ts';
import { isRequired } from './need.ts';

/** "Not now": goes on to the app, where that is allowed. */
export const laterRoute = (enrolment: Asking): Route =>
  post(`${enrolment.path}/later`, z.strictObject({}), async (visit) => {
    const entry = await enrolment.enter(visit);
    if (isAnswer(entry)) return entry;
    const { account } = entry.person;
    if (enrolment.kind === 'register' && isRequired(enrolment.desk, entry.person, entry.session)) {
      throw outOfOrder('registration is required');
    }
    await noteAsked(enrolment, entry);
    const flow = await flowOf(enrolment, visit, entry);
    if (flow && flow.state !== 'finished') await enrolment.runner.apply(flow, { type: 'postpone', account });
    return enrolment.desk.host.signIns.finish(visit, enrolment.kind, {});
  });
