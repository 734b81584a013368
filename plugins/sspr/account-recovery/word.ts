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
import { demandOf, pathTo } from './recovery.ts';
import type { AccountRecovery } from './recovery.ts';

const wordPage = async (recovery: AccountRecovery, flow: StoredFlow, error?: string): Promise<Answer> =>
  page(
    'sspr/word',
    { ...(await stepOf(recovery, flow)), purpose: recovery.kind.name },
    error === undefined ? {} : { errors: { word: { key: error } } },
  );

const bring = async (
  recovery: AccountRecovery,
  visit: Visit<unknown>,
  flow: StoredFlow,
  first: StoredFlow,
): Promise<Answer> => {
  const { desk, runner } = recovery;
  const { host } = desk;
  const key = newFlowKey(host.random, host.secrets);
  await runner.applyTo(flow.id, async (now) => {
    const person = await requirePerson(desk, now);
    return { type: 'bring', first, demand: demandOf(recovery, person), now: host.clock.now(), key: key.hash };
  });
  giveFlow(recovery, visit, flow.id, key);
  return redirect(pathTo(recovery, '/prove'));
};

const answer = async (recovery: AccountRecovery, visit: Visit<{ readonly word: string }>): Promise<Answer> => {
  const { host } = recovery.desk;
  const flow = await requireFlow(recovery, visit);
  const first = await firstOf(recovery, flow);
  if (!first) throw outOfOrder('there is nothing to bring along');
  const tried = await recovery.runner.applyTo(first.id, () => ({ type: 'try-word' }));
  if (fold(visit.form.word.trim()) === wordOf(host.secrets, first.id)) return bring(recovery, visit, flow, tried);
  return (await firstOf(recovery, flow))
    ? wordPage(recovery, flow, 'sspr.word.wrong')
    : redirect(pathTo(recovery, '/prove'));
};

/** Where proofs made in the first browser come along to the one where the mailed link was opened. */
export const wordRoutes = (recovery: AccountRecovery): readonly Route[] => [
  get(pathTo(recovery, '/word'), async (visit) => {
    const flow = await flowHere(recovery, visit);
    return flow && (await firstOf(recovery, flow)) ? wordPage(recovery, flow) : redirect(pathOf(recovery, flow));
  }),
  post(pathTo(recovery, '/word'), z.strictObject({ word: z.string() }), (visit) => answer(recovery, visit)),
];
