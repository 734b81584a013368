import { fold } from '../../../src/kernel/text.ts';
import { page } from '../../../src/plugin.ts';
import type { Answer, MessageRef, Visit } from '../../../src/plugin.ts';
import type { StoredFlow } from '../collections.ts';
import { wordOf } from '../flows/word.ts';
import { nameOf } from '../limits.ts';
import { hereOf } from '../methods/here.ts';
import type { Held, Method } from '../methods/method.ts';
import { heldOf } from '../registrations.ts';
import type { Gate, Offer } from './gate.ts';
import { personOf } from './person.ts';

const wordData = ({ desk }: Gate, flow: StoredFlow, method: Method): string | undefined =>
  method.proof.opens && flow.proofs.length > 0 ? wordOf(desk.host.secrets, flow.id) : undefined;

/** What may be shown of a method: to whoever may see it; or where the page cannot do without, once it was asked for. */
const heldFor = async ({ desk }: Gate, flow: StoredFlow, { name, mine }: Offer): Promise<readonly Held<unknown>[]> => {
  const method = desk.methods[name];
  if (mine || method.proof.issue) return mine?.map(({ held }) => held) ?? [];
  const person = await personOf(desk, flow);
  return person ? heldOf(method, person.registration) : [];
};

const isAsked = (flow: StoredFlow, name: string): boolean =>
  flow.wanted === name || flow.challenges.some((challenge) => challenge.method === name);

/** Whether there is a page to show: one that asks to send something, or one whose answer can be judged. */
export const isAnswerable = ({ desk }: Gate, flow: StoredFlow, { name, mine }: Offer): boolean =>
  mine !== undefined || desk.methods[name].proof.sends || isAsked(flow, name);

/** The page of one method at a gate: to ask for a message, or to answer. */
export const gatePage = async (
  gate: Gate,
  visit: Visit<unknown>,
  flow: StoredFlow,
  offer: Offer,
  errors?: Readonly<Record<string, MessageRef>>,
): Promise<Answer> => {
  const { desk, formTargets = [] } = gate;
  const method = desk.methods[offer.name];
  const here = hereOf(visit);
  const others = (await gate.offers(flow, here)).some(({ name }) => name !== offer.name);
  const question = {
    flowId: flow.id,
    held: await heldFor(gate, flow, offer),
    challenge: flow.challenges.find((challenge) => challenge.method === offer.name),
    seed: fold(nameOf(desk.host.secrets, flow)),
    here,
  };
  const data = {
    ...(await gate.frame(flow)),
    ...(await method.proof.page(question)),
    method: offer.name,
    others,
  };
  const options = { formTargets, ...(errors ? { errors } : {}) };
  const paused = method.guessable ? await gate.pausedUntil(flow, method) : undefined;
  // During a block only what has a link is of any use.
  const isOfUse = paused === undefined || method.proof.opens !== undefined;
  if (method.proof.sends && isOfUse && !isAsked(flow, offer.name)) return page('sspr/send', data, options);
  return page(`sspr/${offer.name}/prove`, { ...data, paused, word: wordData(gate, flow, method) }, options);
};

/** The page to choose on; somebody with several of one method is not told which. */
export const choosePage = async (gate: Gate, flow: StoredFlow, offers: readonly Offer[]): Promise<Answer> => {
  const methods = offers.map(({ name, mine: [mine, ...more] = [] }) => ({
    name,
    held: more.length === 0 ? mine?.method.describe(mine.held.data) : undefined,
  }));
  const { formTargets = [] } = gate;
  return page('sspr/choose', { ...(await gate.frame(flow)), methods }, { formTargets });
};
