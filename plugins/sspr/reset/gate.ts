import { fold } from '../../../src/kernel/text.ts';
import { get, page, redirect } from '../../../src/plugin.ts';
import type { Answer, MessageRef, Route, Visit } from '../../../src/plugin.ts';
import type { StoredFlow } from '../collections.ts';
import { wordOf } from '../flows/word.ts';
import { nameOf } from '../limits.ts';
import { hereOf } from '../methods/here.ts';
import type { Held, Method } from '../methods/method.ts';
import { heldOf } from '../registrations.ts';
import { flowHere } from './cookie.ts';
import { firstOf } from './first.ts';
import { offers, shownPerson } from './offers.ts';
import type { Offer } from './offers.ts';
import type { Reset } from './context.ts';
import { personOf } from './person.ts';

/** Where a flow is, as the page to go on with. */
export const pathOf = (flow: StoredFlow | undefined): string => {
  switch (flow?.state) {
    case 'first-gate':
    case 'second-gate':
      return '/reset/prove';
    case 'password':
      return '/reset/password';
    case 'finished':
      return '/reset/done';
    default:
      return '/reset';
  }
};

export const isAtGate = (flow: StoredFlow | undefined): flow is StoredFlow => pathOf(flow) === '/reset/prove';

/** Where one is in words. Before the first proof it is the same for everyone: the most gates of any policy. */
export const stepOf = async ({ desk }: Reset, flow: StoredFlow): Promise<{ step: { at: number; of: number } }> => {
  const person = await shownPerson(desk, flow);
  const gates = person?.policy.gates ?? desk.policies.mostGates;
  return { step: { at: flow.state === 'password' ? gates + 2 : flow.proofs.length + 2, of: gates + 2 } };
};

/** As {@link stepOf}, and whether the first browser's proofs could come along. */
const framing = async (reset: Reset, flow: StoredFlow): Promise<Readonly<Record<string, unknown>>> => ({
  ...(await stepOf(reset, flow)),
  base: '/reset/prove',
  from: (await firstOf(reset, flow)) !== undefined,
});

/** Whether answers are of no use for now, as far as that may be shown. */
export const pausedUntil = async (reset: Reset, flow: StoredFlow, method: string): Promise<number | undefined> => {
  const { limits, desk } = reset;
  if (flow.proofs.length > 0 || flow.known) {
    const until = await limits.blockedUntil(flow);
    if (until !== undefined) return until;
  }
  const seen = await limits.seenUntil(flow);
  if (seen !== undefined) return seen;
  return (flow.tries[method] ?? 0) >= desk.config.limits.failures ? flow.expiresAt : undefined;
};

const wordData = ({ desk }: Reset, flow: StoredFlow, method: Method): string | undefined =>
  method.proof.opens && flow.proofs.length > 0 ? wordOf(desk.host.secrets, flow.id) : undefined;

/** What may be shown of a method: to whoever may see it; or where the page cannot do without, once it was asked for. */
const heldFor = async ({ desk }: Reset, flow: StoredFlow, { name, mine }: Offer): Promise<readonly Held<unknown>[]> => {
  const method = desk.methods[name];
  if (mine || method.proof.issue) return mine?.map(({ held }) => held) ?? [];
  const person = await personOf(desk, flow);
  return person ? heldOf(method, person.registration) : [];
};

const isAsked = (flow: StoredFlow, name: string): boolean =>
  flow.wanted === name || flow.challenges.some((challenge) => challenge.method === name);

/** Whether there is a page to show: one that asks to send something, or one whose answer can be judged. */
const isAnswerable = ({ desk }: Reset, flow: StoredFlow, { name, mine }: Offer): boolean =>
  mine !== undefined || desk.methods[name].proof.sends || isAsked(flow, name);

/** The page of one method at a gate: to ask for a message, or to answer. */
export const gatePage = async (
  reset: Reset,
  visit: Visit<unknown>,
  flow: StoredFlow,
  offer: Offer,
  errors?: Readonly<Record<string, MessageRef>>,
): Promise<Answer> => {
  const { desk } = reset;
  const method = desk.methods[offer.name];
  const here = hereOf(visit);
  const others = (await offers(desk, flow, here)).length > 1;
  const question = {
    flowId: flow.id,
    held: await heldFor(reset, flow, offer),
    challenge: flow.challenges.find((challenge) => challenge.method === offer.name),
    seed: fold(nameOf(desk.host.secrets, flow)),
    here,
  };
  const data = {
    ...(await framing(reset, flow)),
    ...(await method.proof.page(question)),
    method: offer.name,
    others,
  };
  if (method.proof.sends && !isAsked(flow, offer.name)) return page('sspr/send', data, errors ? { errors } : {});
  const paused = method.guessable ? await pausedUntil(reset, flow, offer.name) : undefined;
  const all = { ...data, paused, word: wordData(reset, flow, method) };
  return page(`sspr/${offer.name}/prove`, all, errors ? { errors } : {});
};

const choose = async (reset: Reset, visit: Visit): Promise<Answer> => {
  const { desk } = reset;
  const flow = await flowHere(desk.host, visit);
  if (!isAtGate(flow)) return redirect(pathOf(flow));
  const list = await offers(desk, flow, hereOf(visit));
  const [first] = list;
  if (!first) return page('sspr/stuck', { ...(await framing(reset, flow)), proved: flow.proofs.length });
  if (list.length === 1 && isAnswerable(reset, flow, first)) return redirect(`/reset/prove/${first.name}`);
  const methods = list.map(({ name, mine: [mine, ...more] = [] }) => ({
    name,
    held: more.length === 0 ? mine?.method.describe(mine.held.data) : undefined,
  }));
  return page('sspr/choose', { ...(await framing(reset, flow)), methods });
};

const show = async (reset: Reset, visit: Visit, name: string): Promise<Answer> => {
  const { desk } = reset;
  const flow = await flowHere(desk.host, visit);
  if (!isAtGate(flow)) return redirect(pathOf(flow));
  const offer = (await offers(desk, flow, hereOf(visit))).find((one) => one.name === name);
  return offer && isAnswerable(reset, flow, offer) ? gatePage(reset, visit, flow, offer) : redirect('/reset/prove');
};

/** The pages of the gates; nothing here changes anything. */
export const gateRoutes = (reset: Reset): readonly Route[] => [
  get('/reset/prove', (visit) => choose(reset, visit)),
  ...Object.keys(reset.desk.methods).map((name) => get(`/reset/prove/${name}`, (visit) => show(reset, visit, name))),
];
