import { fold } from '../../../src/kernel/text.ts';
import type { Answer, Visit } from '../../../src/plugin.ts';
import type { Challenge, StoredFlow } from '../collections.ts';
import { heldAtGate } from '../desk.ts';
import { hereOf } from '../methods/here.ts';
import type { Fields, Held, Method, Proved } from '../methods/method.ts';
import { purposeOf } from '../purpose.ts';
import { heldOf } from '../registrations.ts';
import { besidePassword } from '../staleness/marks.ts';
import { isCapped, nameOf } from '../limits.ts';
import type { Gate, Offer } from './gate.ts';
import { recordMiss } from './misses.ts';
import { gatePage } from './page.ts';
import { personOf } from './person.ts';

export const challengeOf = (flow: StoredFlow, method: Method): Challenge | undefined =>
  flow.challenges.find((challenge) => challenge.method === method.name);

export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A right answer, with the flow as it was when it was judged. */
export interface Right {
  readonly flow: StoredFlow;
  readonly method: Method;
  readonly proved: Proved<unknown>;
  /** What was registered when the answer was judged. */
  readonly held: Held<unknown>;
  /** It was counted as an attempt before. */
  readonly counted: boolean;
}

const ATTEMPTS = 3;

/** Counts an answer before it is looked at; undefined when no more are taken from here. */
const countAttempt = async (
  { limits, runner }: Gate,
  id: string,
  method: Method,
): Promise<{ readonly flow: StoredFlow; readonly judged: boolean } | undefined> => {
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

/** By what the answer is judged: what was prepared for this flow, or can be here where the person is shown theirs. */
const prepared = async (
  { desk }: Gate,
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
    purpose: purposeOf(flow),
    where: { address, agent },
  });
  return { ...challenge, method: name };
};

/** Judges an answer; undefined when it is wrong. */
const judge = async (
  gate: Gate,
  visit: Visit<Fields>,
  flow: StoredFlow,
  offer: Offer,
  judged: boolean,
): Promise<Pick<Right, 'proved' | 'held'> | undefined> => {
  const method = gate.desk.methods[offer.name];
  let all: readonly Held<unknown>[] = [];
  // Which of it counts here was settled when it was offered.
  const isMine = (id: string): boolean => offer.mine?.some(({ held }) => held.id === id) ?? false;
  const question = {
    flowId: flow.id,
    challenge: judged ? await prepared(gate, visit, flow, offer) : undefined,
    here: hereOf(visit),
    async held() {
      const person = judged ? await personOf(gate.desk, flow) : undefined;
      if (!person) return all;
      // Strangers are offered what any policy allows, whoever they named: here is where that person's own counts.
      all = offer.mine
        ? heldOf(method, besidePassword(person.registration)).filter(({ id }) => isMine(id))
        : heldAtGate(gate.desk, person, method);
      return all;
    },
  };
  const proved = await method.proof.check(question, visit.form);
  const held = proved && all.find(({ id }) => id === proved.registered);
  return held && { proved, held };
};

/** Takes an answer: counts it, judges it, and shows the page again or does what a right one opens. */
export const takeAnswer = async (
  gate: Gate,
  visit: Visit<Fields>,
  flow: StoredFlow,
  offer: Offer,
  open: (right: Right) => Promise<Answer>,
): Promise<Answer> => {
  const method = gate.desk.methods[offer.name];
  const { guessable } = method;
  if (guessable && (await gate.pausedUntil(flow, method)) !== undefined) return gatePage(gate, visit, flow, offer);
  const taken = guessable ? await countAttempt(gate, flow.id, method) : { flow, judged: true };
  const right = taken && (await judge(gate, visit, taken.flow, offer, taken.judged));
  if (right) return open({ ...right, flow: taken.flow, method, counted: guessable });
  if (taken && !method.proof.waits) await recordMiss(gate, taken.flow, method, taken.judged);
  return gatePage(gate, visit, await gate.reread(flow), offer, wrong(visit, `sspr.method.${offer.name}.wrong`));
};

/** An error at the first field of the form, which is where one goes on. */
export const wrong = ({ form }: Visit<Fields>, key: string): Readonly<Record<string, { readonly key: string }>> => {
  const [field = ''] = Object.keys(form);
  return { [field]: { key } };
};
