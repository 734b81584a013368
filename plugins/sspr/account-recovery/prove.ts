import { z } from 'zod';
import type { Answer, Route, Visit } from '../../../src/plugin.ts';
import { post, redirect } from '../../../src/plugin.ts';
import type { GateProof, Registered, StoredFlow } from '../collections.ts';
import { heldAtGate, methodOf, thingsOf } from '../desk.ts';
import type { Desk, Usable } from '../desk.ts';
import { isAtGate } from '../flows/account-recovery.ts';
import { outOfOrder } from '../flows/table.ts';
import { isCapped } from '../limits.ts';
import { hereOf } from '../methods/here.ts';
import type { Fields, Proved } from '../methods/method.ts';
import type { Offer } from '../proving/gate.ts';
import { challengeOf, isSame, takeAnswer, wrong } from '../proving/judge.ts';
import { gatePage } from '../proving/page.ts';
import { factsOf, requirePerson } from '../proving/person.ts';
import { giveFlow, newFlowKey, requireFlow } from './cookie.ts';
import { serveSoon } from './find.ts';
import { gateOf } from './gate.ts';
import { needsFinding, offerOf } from './offers.ts';
import { demandOf, pathTo } from './recovery.ts';
import type { AccountRecovery } from './recovery.ts';

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
  recovery: AccountRecovery,
  visit: Visit<unknown>,
  answered: StoredFlow,
  { method, held }: Usable,
  proved: Proved<unknown>,
  counted: boolean,
): Promise<Answer> => {
  const { desk, runner } = recovery;
  const { host } = desk;
  const key = newFlowKey(host.random, host.secrets);
  const challenge = challengeOf(answered, method);
  const { becomes, changes, telling } = proved;
  await runner.applyTo(answered.id, async (flow) => {
    if (!isSame(challengeOf(flow, method), challenge)) throw outOfOrder('this was used, or another was sent since');
    const person = await requirePerson(desk, flow);
    const now = heldAtGate(desk, person, method).find(({ id }) => id === held.id);
    // A code that counts once counts once for all flows: whoever used it first changed what is registered.
    if (!isSame(now, held)) throw outOfOrder('what is registered changed since the answer was judged');
    return {
      type: 'prove',
      proof: proofOf(desk, visit, { method, held }, host.clock.now()),
      person: factsOf(person),
      demand: demandOf(recovery, person),
      key: key.hash,
      registration: person.registration,
      ...(becomes === undefined ? {} : { becomes: becomes as Registered['data'] | null }),
      ...(changes ? { changes } : {}),
      ...(telling ? { telling: { ...telling, account: person.account } } : {}),
      counted,
    };
  });
  giveFlow(recovery, visit, answered.id, key);
  return redirect(pathTo(recovery, '/prove'));
};

const findOffer = async (
  recovery: AccountRecovery,
  visit: Visit<unknown>,
  name: string,
): Promise<{ flow: StoredFlow; offer: Offer }> => {
  const flow = await requireFlow(recovery, visit);
  if (!isAtGate(flow)) throw outOfOrder('no gate is to be opened now');
  const offer = await offerOf(recovery, flow, hereOf(visit), name);
  if (!offer) throw outOfOrder(`${name} opens no gate now`);
  return { flow, offer };
};

/** The job has not come to it yet: nothing is judged, and nothing counted. */
const isBeingPrepared = ({ desk }: AccountRecovery, flow: StoredFlow, { name }: Offer): boolean =>
  flow.work === 'send' && flow.wanted === name && !desk.methods[name].proof.sends;

const answer = async (recovery: AccountRecovery, visit: Visit<Fields>, name: string): Promise<Answer> => {
  const { flow, offer } = await findOffer(recovery, visit, name);
  const gate = gateOf(recovery, visit);
  if (isBeingPrepared(recovery, flow, offer)) return gatePage(gate, visit, flow, offer, wrong(visit, 'sspr.gate.soon'));
  return takeAnswer(gate, visit, flow, offer, ({ flow: answered, method, held, proved, counted }) =>
    recordProof(recovery, visit, answered, { method, held }, proved, counted),
  );
};

/** Asks for a message, the first or another one; the job sends it. */
const ask = async (recovery: AccountRecovery, visit: Visit<unknown>, name: string): Promise<Answer> => {
  const { flow, offer } = await findOffer(recovery, visit, name);
  if (!needsFinding(recovery.desk, offer)) return redirect(pathTo(recovery, `/prove/${name}`));
  const { sends } = recovery.desk.methods[offer.name].proof;
  try {
    await recovery.runner.applyTo(flow.id, () => ({ type: 'ask', method: name, sends }));
  } catch (error) {
    if (!isCapped(error)) throw error;
    return gatePage(gateOf(recovery, visit), visit, flow, offer, { code: { key: 'sspr.send.tooMany' } });
  }
  await serveSoon(recovery, flow.id, offer.name);
  return redirect(pathTo(recovery, `/prove/${name}`));
};

export const proveRoutes = (recovery: AccountRecovery): readonly Route[] => [
  post(pathTo(recovery, '/prove'), z.strictObject({ method: z.string() }), async (visit) => {
    const method = methodOf(recovery.desk, visit.form.method);
    if (!method) throw outOfOrder('no such method');
    return ask(recovery, visit, method.name);
  }),
  ...Object.values(recovery.desk.methods).flatMap((method) => [
    post(pathTo(recovery, `/prove/${method.name}`), method.proof.form, (visit) => answer(recovery, visit, method.name)),
    post(pathTo(recovery, `/prove/${method.name}/send`), z.strictObject({}), (visit) =>
      ask(recovery, visit, method.name),
    ),
  ]),
];
