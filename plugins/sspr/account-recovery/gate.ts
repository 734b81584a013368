import { get, redirect } from '../../../src/plugin.ts';
import type { Answer, Route, Visit } from '../../../src/plugin.ts';
import type { StoredFlow } from '../collections.ts';
import { isAtGate } from '../flows/account-recovery.ts';
import { hereOf } from '../methods/here.ts';
import type { Gate } from '../proving/gate.ts';
import { choosePage, gatePage, isAnswerable } from '../proving/page.ts';
import { flowHere, requireFlow } from './cookie.ts';
import { firstOf } from './first.ts';
import { besides, offerOf, offers, shownPerson } from './offers.ts';
import { pathTo } from './recovery.ts';
import type { AccountRecovery } from './recovery.ts';
import { stuckPage } from './stuck.ts';

/** Where a flow is, as the page to go on with. */
export const pathOf = (recovery: AccountRecovery, flow: StoredFlow | undefined): string => {
  const { pages } = recovery.kind;
  if (!flow) return pathTo(recovery);
  if (isAtGate(flow)) return pathTo(recovery, '/prove');
  return pathTo(recovery, flow.state === 'proved' ? pages.proved : pages.done);
};

/** Where one is in words. Before the first proof it is the same for everyone: the most gates of any policy. */
export const stepOf = async (
  { desk, kind }: AccountRecovery,
  flow: StoredFlow,
): Promise<{ step: { at: number; of: number } }> => {
  const person = await shownPerson(desk, flow);
  const gates = person ? kind.gatesOf(person.policy) : desk.policies.strangers[kind.name].mostGates;
  return { step: { at: flow.state === 'proved' ? gates + 2 : flow.proofs.length + 2, of: gates + 2 } };
};

/** As {@link stepOf}, and whether the first browser's proofs could come along. */
const framing = async (recovery: AccountRecovery, flow: StoredFlow): Promise<Readonly<Record<string, unknown>>> => ({
  ...(await stepOf(recovery, flow)),
  purpose: recovery.kind.name,
  base: pathTo(recovery, '/prove'),
  beside: (await besides(recovery, flow)).map(({ name }) => name),
  from: (await firstOf(recovery, flow)) !== undefined,
});

/** Whether answers are of no use for now, as far as that may be shown. */
const pausedUntil = async (
  recovery: AccountRecovery,
  flow: StoredFlow,
  method: string,
): Promise<number | undefined> => {
  const { limits, desk } = recovery;
  if (flow.proofs.length > 0 || flow.known) {
    const until = await limits.blockedUntil(flow);
    if (until !== undefined) return until;
  }
  const seen = await limits.seenUntil(flow);
  if (seen !== undefined) return seen;
  return (flow.tries[method] ?? 0) >= desk.config.limits.failures ? flow.expiresAt : undefined;
};

/** The gates of a way back, as what is shared with other flows sees them. */
export const gateOf = (recovery: AccountRecovery, visit: Visit<unknown>): Gate => {
  const { desk, limits, runner } = recovery;
  return {
    ...{ desk, limits, runner },
    offers: (flow, here) => offers(recovery, flow, here),
    frame: (flow) => framing(recovery, flow),
    pausedUntil: (flow, { name }) => pausedUntil(recovery, flow, name),
    reread: () => requireFlow(recovery, visit),
  };
};

const choose = async (recovery: AccountRecovery, visit: Visit): Promise<Answer> => {
  const flow = await flowHere(recovery, visit);
  if (!flow || !isAtGate(flow)) return redirect(pathOf(recovery, flow));
  const gate = gateOf(recovery, visit);
  const list = await offers(recovery, flow, hereOf(visit));
  const [first] = list;
  if (!first) return stuckPage(recovery, flow, await framing(recovery, flow));
  if (list.length === 1 && isAnswerable(gate, flow, first)) return redirect(pathTo(recovery, `/prove/${first.name}`));
  return choosePage(gate, flow, list);
};

const show = async (recovery: AccountRecovery, visit: Visit, name: string): Promise<Answer> => {
  const flow = await flowHere(recovery, visit);
  if (!flow || !isAtGate(flow)) return redirect(pathOf(recovery, flow));
  const offer = await offerOf(recovery, flow, hereOf(visit), name);
  const gate = gateOf(recovery, visit);
  if (!offer || !isAnswerable(gate, flow, offer)) return redirect(pathTo(recovery, '/prove'));
  return gatePage(gate, visit, flow, offer);
};

/** The pages of the gates; nothing here changes anything. */
export const gateRoutes = (recovery: AccountRecovery): readonly Route[] => [
  get(pathTo(recovery, '/prove'), (visit) => choose(recovery, visit)),
  ...Object.keys(recovery.desk.methods).map((name) =>
    get(pathTo(recovery, `/prove/${name}`), (visit) => show(recovery, visit, name)),
  ),
];
