import { z } from 'zod';
import { get, page, post, redirect } from '../../../src/plugin.ts';
import type { Answer, Route, Visit } from '../../../src/plugin.ts';
import { fold } from '../../../src/kernel/text.ts';
import type { StoredFlow } from '../collections.ts';
import { outOfOrder } from '../flows/table.ts';
import { wordOf } from '../flows/word.ts';
import { flowHere, giveFlow, newFlowKey, requireFlow } from './cookie.ts';
import { firstOf } from './first.ts';
import { pathOf, stepOf } from './gate.ts';
import { requirePerson } from '../proving/person.ts';
import type { Reset } from './context.ts';

const wordPage = async (reset: Reset, flow: StoredFlow, error?: string): Promise<Answer> =>
  page('sspr/word', await stepOf(reset, flow), error === undefined ? {} : { errors: { word: { key: error } } });

const bring = async (reset: Reset, visit: Visit<unknown>, flow: StoredFlow, first: StoredFlow): Promise<Answer> => {
  const { desk, runner } = reset;
  const { host } = desk;
  const key = newFlowKey(host.random, host.secrets);
  await runner.applyTo(flow.id, async (now) => {
    const person = await requirePerson(desk, now);
    return { type: 'bring', first, gates: person.policy.gates, now: host.clock.now(), key: key.hash };
  });
  giveFlow(visit, flow.id, key);
  return redirect('/reset/prove');
};

const answer = async (reset: Reset, visit: Visit<{ readonly word: string }>): Promise<Answer> => {
  const { host } = reset.desk;
  const flow = await requireFlow(host, visit);
  const first = await firstOf(reset, flow);
  if (!first) throw outOfOrder('there is nothing to bring along');
  const tried = await reset.runner.applyTo(first.id, () => ({ type: 'try-word' }));
  if (fold(visit.form.word.trim()) === wordOf(host.secrets, first.id)) return bring(reset, visit, flow, tried);
  return (await firstOf(reset, flow)) ? wordPage(reset, flow, 'sspr.word.wrong') : redirect('/reset/prove');
};

/** Where proofs made in the first browser come along to the one where the mailed link was opened. */
export const wordRoutes = (reset: Reset): readonly Route[] => [
  get('/reset/word', async (visit) => {
    const flow = await flowHere(reset.desk.host, visit);
    return flow && (await firstOf(reset, flow)) ? wordPage(reset, flow) : redirect(pathOf(flow));
  }),
  post('/reset/word', z.strictObject({ word: z.string() }), (visit) => answer(reset, visit)),
];
