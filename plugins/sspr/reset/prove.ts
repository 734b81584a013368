import { z } from 'zod';
import type { Answer, Route, Visit } from '../../../src/plugin.ts';
import { post, redirect } from '../../../src/plugin.ts';
import type { Challenge, StoredFlow } from '../collections.ts';
import { methodOf } from '../desk.ts';
import { outOfOrder } from '../flows/table.ts';
import type { Fields, Method } from '../methods/method.ts';
import { heldOf } from '../registrations.ts';
import { giveFlow, newFlowKey, requireFlow } from './cookie.ts';
import { serveSoon } from './find.ts';
import { gatePage, isAtGate, pausedUntil } from './gate.ts';
import { isCapped } from '../limits.ts';
import { recordMiss } from './misses.ts';
import { needsFinding, offers } from './offers.ts';
import type { Offer } from './offers.ts';
import { factsOf, personOf, requirePerson } from './person.ts';
import type { Reset } from './context.ts';

const challengeOf = (flow: StoredFlow, method: Method): Challenge | undefined =>
  flow.challenges.find((challenge) => challenge.method === method.name);

const isSame = (a: Challenge | undefined, b: Challenge | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

const ATTEMPTS = 3;

/** Counts an answer before it is looked at; undefined when no more are taken from here. */
const countAttempt = async (
  reset: Reset,
  id: string,
  method: Method,
): Promise<{ readonly flow: StoredFlow; readonly judged: boolean } | undefined> => {
  const { limits, runner } = reset;
  for (let left = ATTEMPTS; left > 0; left -= 1) {
    let judged = false;
    try {
      const flow = await runner.applyTo(id, async (now) => {
        judged = await limits.judging(now, method.name);
        return { type: 'attempt', method: method.name, judged };
      });
      return { flow, judged };
    } catch (error) {
      // Others counted in between: what is allowed has to be read again.
      if (!isCapped(error)) throw error;
    }
  }
  return undefined;
};

const isRight = (reset: Reset, flow: StoredFlow, method: Method, fields: Fields, judged: boolean): Promise<boolean> =>
  method.proof.check(
    {
      flowId: flow.id,
      challenge: judged ? challengeOf(flow, method) : undefined,
      async held() {
        const person = judged ? await personOf(reset.desk, flow) : undefined;
        return person && heldOf(method, person.registration);
      },
    },
    fields,
  );

/** Records that a gate was opened: in one commit with the new cookie's hash, so that it counts once. */
export const recordProof = async (
  reset: Reset,
  visit: Visit<unknown>,
  proved: StoredFlow,
  method: Method,
  counted: boolean,
): Promise<Answer> => {
  const { desk, runner } = reset;
  const { host } = desk;
  const key = newFlowKey(host.random, host.secrets);
  const challenge = challengeOf(proved, method);
  await runner.applyTo(proved.id, async (flow) => {
    if (!isSame(challengeOf(flow, method), challenge)) throw outOfOrder('this was used, or another was sent since');
    const person = await requirePerson(desk, flow);
    return {
      type: 'prove',
      proof: { method: method.name, at: host.clock.now(), browser: visit.browser },
      person: factsOf(person),
      gates: person.policy.gates,
      key: key.hash,
      registration: person.registration,
      counted,
    };
  });
  giveFlow(visit, proved.id, key);
  return redirect('/reset/prove');
};

const findOffer = async (
  reset: Reset,
  visit: Visit<unknown>,
  name: string,
): Promise<{ flow: StoredFlow; offer: Offer }> => {
  const flow = await requireFlow(reset.desk.host, visit);
  if (!isAtGate(flow)) throw outOfOrder('no gate is to be opened now');
  const offer = (await offers(reset.desk, flow)).find((one) => one.name === name);
  if (!offer) throw outOfOrder(`${name} opens no gate now`);
  return { flow, offer };
};

const answer = async (reset: Reset, visit: Visit<Fields>, name: string): Promise<Answer> => {
  const { flow, offer } = await findOffer(reset, visit, name);
  const method = reset.desk.methods[offer.name];
  const [field = ''] = Object.keys(visit.form);
  if ((await pausedUntil(reset, flow, name)) !== undefined) return gatePage(reset, visit, flow, offer);
  const counted = await countAttempt(reset, flow.id, method);
  if (counted && (await isRight(reset, counted.flow, method, visit.form, counted.judged))) {
    return recordProof(reset, visit, counted.flow, method, true);
  }
  if (counted) await recordMiss(reset, counted.flow, method, counted.judged);
  const now = await requireFlow(reset.desk.host, visit);
  return gatePage(reset, visit, now, offer, { [field]: { key: `sspr.method.${name}.wrong` } });
};

/** Asks for a message, the first or another one; the job sends it. */
const ask = async (reset: Reset, visit: Visit<unknown>, name: string): Promise<Answer> => {
  const { flow, offer } = await findOffer(reset, visit, name);
  if (!needsFinding(reset.desk, offer)) return redirect(`/reset/prove/${name}`);
  try {
    await reset.runner.applyTo(flow.id, () => ({ type: 'ask', method: name }));
  } catch (error) {
    if (!isCapped(error)) throw error;
    return gatePage(reset, visit, flow, offer, { code: { key: 'sspr.send.tooMany' } });
  }
  await serveSoon(reset, flow.id, offer.name);
  return redirect(`/reset/prove/${name}`);
};

export const proveRoutes = (reset: Reset): readonly Route[] => [
  post('/reset/prove', z.strictObject({ method: z.string() }), async (visit) => {
    const method = methodOf(reset.desk, visit.form.method);
    if (!method) throw outOfOrder('no such method');
    return ask(reset, visit, method.name);
  }),
  ...Object.values(reset.desk.methods).flatMap((method) => [
    post(`/reset/prove/${method.name}`, method.proof.form, (visit) => answer(reset, visit, method.name)),
    post(`/reset/prove/${method.name}/send`, z.strictObject({}), (visit) => ask(reset, visit, method.name)),
  ]),
];
