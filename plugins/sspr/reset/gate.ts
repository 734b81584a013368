import { get, page, redirect } from '../../../src/plugin.ts';
import type { Answer, Route, Visit } from '../../../src/plugin.ts';
import type { StoredFlow } from '../collections.ts';
import { hereOf } from '../methods/here.ts';
import type { Gate } from '../proving/gate.ts';
import { choosePage, gatePage, isAnswerable } from '../proving/page.ts';
import { flowHere, requireFlow } from './cookie.ts';
import { firstOf } from './first.ts';
import { besides, offerOf, offers, shownPerson } from './offers.ts';
import type { Reset } from './context.ts';

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
  beside: (await besides(reset.desk, flow)).map(({ name }) => name),
  from: (await firstOf(reset, flow)) !== undefined,
});

/** Whether answers are of no use for now, as far as that may be shown. */
const pausedUntil = async (reset: Reset, flow: StoredFlow, method: string): Promise<number | undefined> => {
  const { limits, desk } = reset;
  if (flow.proofs.length > 0 || flow.known) {
    const until = await limits.blockedUntil(flow);
    if (until !== undefined) return until;
  }
  const seen = await limits.seenUntil(flow);
  if (seen !== undefined) return seen;
  return (flow.tries[method] ?? 0) >= desk.config.limits.failures ? flow.expiresAt : undefined;
};

/** The gates of a reset, as what is shared with other flows sees them. */
export const gateOf = (reset: Reset, visit: Visit<unknown>): Gate => {
  const { desk, limits, runner } = reset;
  return {
    ...{ desk, limits, runner },
    offers: (flow, here) => offers(desk, flow, here),
    frame: (flow) => framing(reset, flow),
    pausedUntil: (flow, { name }) => pausedUntil(reset, flow, name),
    reread: () => requireFlow(desk.host, visit),
  };
};

const choose = async (reset: Reset, visit: Visit): Promise<Answer> => {
  const { desk } = reset;
  const flow = await flowHere(desk.host, visit);
  if (!isAtGate(flow)) return redirect(pathOf(flow));
  const gate = gateOf(reset, visit);
  const list = await offers(desk, flow, hereOf(visit));
  const [first] = list;
  if (!first) return page('sspr/stuck', { ...(await framing(reset, flow)), proved: flow.proofs.length });
  if (list.length === 1 && isAnswerable(gate, flow, first)) return redirect(`/reset/prove/${first.name}`);
  return choosePage(gate, flow, list);
};

const show = async (reset: Reset, visit: Visit, name: string): Promise<Answer> => {
  const { desk } = reset;
  const flow = await flowHere(desk.host, visit);
  if (!isAtGate(flow)) return redirect(pathOf(flow));
  const offer = await offerOf(desk, flow, hereOf(visit), name);
  const gate = gateOf(reset, visit);
  return offer && isAnswerable(gate, flow, offer) ? gatePage(gate, visit, flow, offer) : redirect('/reset/prove');
};

/** The pages of the gates; nothing here changes anything. */
export const gateRoutes = (reset: Reset): readonly Route[] => [
  get('/reset/prove', (visit) => choose(reset, visit)),
  ...Object.keys(reset.desk.methods).map((name) => get(`/reset/prove/${name}`, (visit) => show(reset, visit, name))),
];
