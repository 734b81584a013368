import { z } from 'zod';
import { randomId } from '../../../src/kernel/random.ts';
import { get, page, post, redirect } from '../../../src/plugin.ts';
import type { Answer, Route, Visit } from '../../../src/plugin.ts';
import { flows } from '../collections.ts';
import { newFlow } from '../flows/begin.ts';
import type { Challenge, Flow, StoredFlow } from '../collections.ts';
import { heldAtGate } from '../desk.ts';
import type { Eligible } from '../desk.ts';
import { deviceOf } from '../device.ts';
import { isAtGate } from '../flows/account-recovery.ts';
import { advance, outOfOrder } from '../flows/table.ts';
import type { Held, Method } from '../methods/method.ts';
import { giveFlow, newFlowKey, splitPair } from './cookie.ts';
import { factsOf, personOf, requirePerson } from '../proving/person.ts';
import { proofOf, recordProof } from './prove.ts';
import { demandOf, pathTo } from './recovery.ts';
import type { AccountRecovery } from './recovery.ts';

/** Keeps what the mailed link said while its address is clean. */
const cookieOf = ({ kind }: AccountRecovery): string => `${kind.name}-link`;

interface Opened {
  readonly flow: StoredFlow;
  readonly method: Method;
  readonly challenge: Challenge;
  readonly person: Eligible;
  /** The contact that the link was sent to. */
  readonly held: Held<unknown>;
}

const liveChallenge = async (
  recovery: AccountRecovery,
  flow: StoredFlow,
  secret: string,
): Promise<Opened | undefined> => {
  const person = await personOf(recovery.desk, flow);
  if (!person) return undefined;
  for (const method of Object.values(recovery.desk.methods)) {
    const challenge = flow.challenges.find((one) => one.method === method.name);
    const isOpen = challenge !== undefined && method.proof.opens?.(challenge, secret) === true;
    // A contact that was changed since does not vouch for the person any more.
    const held = isOpen && heldAtGate(recovery.desk, person, method).find(({ id }) => id === challenge.registered);
    if (held) return { flow, method, challenge, person, held };
  }
  return undefined;
};

/** What the link in this browser's cookie opens; undefined when it was used, replaced, or came too late. */
const opened = async (recovery: AccountRecovery, visit: Visit<unknown>): Promise<Opened | undefined> => {
  const pair = splitPair(visit.cookies.get(cookieOf(recovery)) ?? '');
  const flow = pair && (await recovery.desk.host.store.get(flows, pair.id));
  const isHere = flow?.kind === recovery.kind.name && isAtGate(flow);
  return isHere ? liveChallenge(recovery, flow, pair?.secret ?? '') : undefined;
};

const arrive = (recovery: AccountRecovery, visit: Visit): Promise<Answer> => {
  const { token = '' } = visit.params;
  if (splitPair(token)) visit.cookies.set(cookieOf(recovery), token, { maxAge: recovery.kind.table.lifetime });
  else visit.cookies.clear(cookieOf(recovery));
  return Promise.resolve(redirect(pathTo(recovery, '/link')));
};

const dead = ({ kind }: AccountRecovery): Answer => page('sspr/link-dead', { purpose: kind.name }, { status: 410 });

const show = async (recovery: AccountRecovery, visit: Visit): Promise<Answer> => {
  const link = await opened(recovery, visit);
  if (!link) return dead(recovery);
  const { flow, person } = link;
  return page('sspr/link', {
    purpose: recovery.kind.name,
    userName: person.account.userName,
    begunAt: flow.begunAt,
    ...deviceOf(flow.agent),
    elsewhere: flow.browser !== visit.browser,
  });
};

/** The flow that goes on in the browser where the link was opened, with proof of the mailbox and nothing else. */
const flowThere = async (
  recovery: AccountRecovery,
  visit: Visit<unknown>,
  link: Opened,
  key: string,
): Promise<Flow> => {
  const { desk, kind } = recovery;
  const { host } = desk;
  const { account, registration } = link.person;
  const now = host.clock.now();
  const { known: _known, ...first } = link.flow;
  const begun = newFlow(host, kind.table, visit, {
    id: randomId(host.random),
    kind: kind.name,
    key,
    ...(first.name === undefined ? {} : { name: first.name }),
    accountId: account.id,
    epoch: account.epoch,
    known: await host.browsers.knows(visit.browser, account.id),
    ...(first.signIn === undefined ? {} : { signIn: first.signIn }),
    from: first.id,
  });
  const proof = proofOf(desk, visit, link, now);
  const event = {
    type: 'prove',
    proof,
    person: factsOf(link.person),
    demand: demandOf(recovery, link.person),
    key,
    registration,
    counted: false,
  } as const;
  return advance(kind.table, begun, event, now).flow;
};

const continueHere = async (recovery: AccountRecovery, visit: Visit<unknown>, link: Opened): Promise<Answer> => {
  const { desk, runner } = recovery;
  const key = newFlowKey(desk.host.random, desk.host.secrets);
  const there = await flowThere(recovery, visit, link, key.hash);
  await runner.applyTo(link.flow.id, async (flow) => {
    const now = flow.challenges.find((one) => one.method === link.method.name);
    if (JSON.stringify(now) !== JSON.stringify(link.challenge)) throw outOfOrder('the link was used or replaced');
    await requirePerson(desk, flow);
    return { type: 'carry', method: link.method.name, there };
  });
  giveFlow(recovery, visit, there.id, key);
  return redirect(pathTo(recovery, '/prove'));
};

const use = async (recovery: AccountRecovery, visit: Visit<unknown>): Promise<Answer> => {
  const link = await opened(recovery, visit);
  if (!link) return dead(recovery);
  const answer =
    link.flow.browser === visit.browser
      ? await recordProof(recovery, visit, link.flow, link, { registered: link.held.id }, false)
      : await continueHere(recovery, visit, link);
  visit.cookies.clear(cookieOf(recovery));
  return answer;
};

/** The mailed link: opening it changes nothing (scanners open links too), its button proves the mailbox here. */
export const linkRoutes = (recovery: AccountRecovery): readonly Route[] => [
  get(pathTo(recovery, '/link/:token'), (visit) => arrive(recovery, visit)),
  get(pathTo(recovery, '/link'), (visit) => show(recovery, visit)),
  post(pathTo(recovery, '/link'), z.strictObject({}), (visit) => use(recovery, visit)),
];
