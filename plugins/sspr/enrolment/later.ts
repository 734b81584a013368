import { z } from 'zod';
import { post } from '../../../src/plugin.ts';
import type { Route } from '../../../src/plugin.ts';
import { outOfOrder } from '../flows/table.ts';
import { enter, flowOf, isAnswer, noteAsked } from './entry.ts';
import type { Enrolment } from './entry.ts';
import { isRequired } from './need.ts';

/** "Not now": goes on to the app, where that is allowed. */
export const laterRoute = (enrolment: Enrolment): Route =>
  post(`/interaction/:uid/${enrolment.kind}/later`, z.strictObject({}), async (visit) => {
    const entry = await enter(enrolment, visit);
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
