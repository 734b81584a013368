import { z } from 'zod';
import { fold } from '../../../src/kernel/text.ts';
import type { Answer, Route, Visit } from '../../../src/plugin.ts';
import { post, redirect } from '../../../src/plugin.ts';
import type { Challenge, GateProof, Registered, StoredFlow } from '../collections.ts';
import { methodOf, thingsOf } from '../desk.ts';
import type { Desk, Usable } from '../desk.ts';
import { outOfOrder } from '../flows/table.ts';
import { hereOf } from '../methods/here.ts';
import type { Fields, Held, Method, Proved } from '../methods/method.ts';
import { heldOf } from '../registrations.ts';
import { giveFlow, newFlowKey, requireFlow } from './cookie.ts';
import { serveSoon } from './find.ts';
import { gatePage, isAtGate, pausedUntil } from './gate.ts';
import { isCapped, nameOf } from '../limits.ts';
import { recordMiss } from './misses.ts';
import { needsFinding, offers } from './offers.ts';
import type { Offer } from './offers.ts';
import { factsOf, personOf, requirePerson } from './person.ts';
import type { Reset } from './context.ts';

const challengeOf = (flow: StoredFlow, method: Method): Challenge | undefined =>
  flow.challenges.find((challenge) => challenge.method === method.name);

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

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

interface Judged {
  readonly proved: Proved<unknown>;
  /** What was registered when the answer was judged. */
  readonly held: Held<unknown>;
}

/** By what the answer is judged: what was prepared for this flow, or can be here where the person is shown theirs. */
const prepared = async (
  { desk }: Reset,
  visit: Visit<unknown>,
  flow: StoredFlow,
  { name, mine }: Offer,
): Promise<Challenge | undefined> => {
  const method = desk.methods[name];
  const stored = challengeOf(flow, method);
  if (stored || !mine || method.proof.sends || !method.proof.issue) return stored;
  const { address, agent } = visit;
  const held = mine.map((one) => one.held);
  const seed = fold(nameOf(desk.host.secrets, flow));
  const { challenge } = await method.proof.issue({
    flowId: flow.id,
    held,
    guessing: true,
    seed,
    where: { address, agent },
  });
  return { ...challenge, method: name };
};

/** Judges an answer; undefined when it is wrong. */
const judge = async (
  reset: Reset,
  visit: Visit<Fields>,
  flow: StoredFlow,
  offer: Offer,
  judged: boolean,
): Promise<Judged | undefined> => {
  const method = reset.desk.methods[offer.name];
  let all: readonly Held<unknown>[] = [];
  const question = {
    flowId: flow.id,
    challenge: judged ? await prepared(reset, visit, flow, offer) : undefined,
    here: hereOf(visit),
    async held() {
      const person = judged ? await personOf(reset.desk, flow) : undefined;
      all = person ? heldOf(method, person.registration) : [];
      return all;
    },
  };
  const proved = await method.proof.check(question, visit.form);
  const held = proved && all.find(({ id }) => id === proved.registered);
  return held && { proved, held };
};

export const proofOf = (
  desk: Desk,
  visit: Visit<unknown>,
  { method, held }: Pick<Usable, 'method' | 'held'>,
  at: number,
): GateProof => ({
  method: method.name,
  at,
  browser: visit.browser,
  registered: held.id,
  things: thingsOf(desk, { method, held }),
});

/** Records that a gate was opened: in one commit with the new cookie's hash, so that it counts once. */
export const recordProof = async (
  reset: Reset,
  visit: Visit<unknown>,
  answered: StoredFlow,
  { method, held }: Usable,
  proved: Proved<unknown>,
  counted: boolean,
): Promise<Answer> => {
  const { desk, runner } = reset;
  const { host } = desk;
  const key = newFlowKey(host.random, host.secrets);
  const challenge = challengeOf(answered, method);
  const { becomes, changes } = proved;
  await runner.applyTo(answered.id, async (flow) => {
    if (!isSame(challengeOf(flow, method), challenge)) throw outOfOrder('this was used, or another was sent since');
    const person = await requirePerson(desk, flow);
    const now = heldOf(method, person.registration).find(({ id }) => id === held.id);
    // A code that counts once counts once for all flows: whoever used it first changed what is registered.
    if (!isSame(now, held)) throw outOfOrder('what is registered changed since the answer was judged');
    return {
      type: 'prove',
      proof: proofOf(desk, visit, { method, held }, host.clock.now()),
      person: factsOf(person),
      gates: person.policy.gates,
      key: key.hash,
      registration: person.registration,
      ...(becomes === undefined ? {} : { becomes: becomes as Registered['data'] | null }),
      ...(changes ? { changes } : {}),
      counted,
    };
  });
  giveFlow(visit, answered.id, key);
  return redirect('/reset/prove');
};

const findOffer = async (
  reset: Reset,
  visit: Visit<unknown>,
  name: string,
): Promise<{ flow: StoredFlow; offer: Offer }> => {
  const flow = await requireFlow(reset.desk.host, visit);
  if (!isAtGate(flow)) throw outOfOrder('no gate is to be opened now');
  const offer = (await offers(reset.desk, flow, hereOf(visit))).find((one) => one.name === name);
  if (!offer) throw outOfOrder(`${name} opens no gate now`);
  return { flow, offer };
};

/** The job has not come to it yet: nothing is judged, and nothing counted. */
const isBeingPrepared = ({ desk }: Reset, flow: StoredFlow, { name }: Offer): boolean =>
  flow.work === 'send' && flow.wanted === name && !desk.methods[name].proof.sends;

const answer = async (reset: Reset, visit: Visit<Fields>, name: string): Promise<Answer> => {
  const { flow, offer } = await findOffer(reset, visit, name);
  const method = reset.desk.methods[offer.name];
  const [field = ''] = Object.keys(visit.form);
  const again = (at: StoredFlow, key: string): Promise<Answer> =>
    gatePage(reset, visit, at, offer, { [field]: { key } });
  if (isBeingPrepared(reset, flow, offer)) return again(flow, 'sspr.gate.soon');
  if (method.guessable && (await pausedUntil(reset, flow, name)) !== undefined)
    return gatePage(reset, visit, flow, offer);
  const counted = method.guessable ? await countAttempt(reset, flow.id, method) : { flow, judged: true };
  const right = counted && (await judge(reset, visit, counted.flow, offer, counted.judged));
  if (right)
    return recordProof(reset, visit, counted.flow, { method, held: right.held }, right.proved, method.guessable);
  if (counted) await recordMiss(reset, counted.flow, method, counted.judged);
  return again(await requireFlow(reset.desk.host, visit), `sspr.method.${name}.wrong`);
};

/** Asks for a message, the first or another one; the job sends it. */
const ask = async (reset: Reset, visit: Visit<unknown>, name: string): Promise<Answer> => {
  const { flow, offer } = await findOffer(reset, visit, name);
  if (!needsFinding(reset.desk, offer)) return redirect(`/reset/prove/${name}`);
  const { sends } = reset.desk.methods[offer.name].proof;
  try {
    await reset.runner.applyTo(flow.id, () => ({ type: 'ask', method: name, sends }));
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
