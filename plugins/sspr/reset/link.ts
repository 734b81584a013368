import { z } from 'zod';
import { randomId } from '../../../src/kernel/random.ts';
import { get, page, post, redirect } from '../../../src/plugin.ts';
import type { Answer, Route, Visit } from '../../../src/plugin.ts';
import { flows } from '../collections.ts';
import type { Challenge, Flow, StoredFlow } from '../collections.ts';
import { heldAtGate } from '../desk.ts';
import type { Eligible } from '../desk.ts';
import { deviceOf } from '../device.ts';
import { resetFlow } from '../flows/reset.ts';
import { advance, outOfOrder } from '../flows/table.ts';
import type { Held, Method } from '../methods/method.ts';
import { giveFlow, newFlowKey, splitPair } from './cookie.ts';
import { isAtGate } from './gate.ts';
import { factsOf, personOf, requirePerson } from '../proving/person.ts';
import { proofOf, recordProof } from './prove.ts';
import type { Reset } from './context.ts';

/** Keeps what the mailed link said while its address is clean. */
const COOKIE = 'reset-link';

interface Opened {
  readonly flow: StoredFlow;
  readonly method: Method;
  readonly challenge: Challenge;
  readonly person: Eligible;
  /** The contact that the link was sent to. */
  readonly held: Held<unknown>;
}

const liveChallenge = async (reset: Reset, flow: StoredFlow, secret: string): Promise<Opened | undefined> => {
  const person = await personOf(reset.desk, flow);
  if (!person) return undefined;
  for (const method of Object.values(reset.desk.methods)) {
    const challenge = flow.challenges.find((one) => one.method === method.name);
    const isOpen = challenge !== undefined && method.proof.opens?.(challenge, secret) === true;
    // A contact that was changed since does not vouch for the person any more.
    const held = isOpen && heldAtGate(reset.desk, person, method).find(({ id }) => id === challenge.registered);
    if (held) return { flow, method, challenge, person, held };
  }
  return undefined;
};

/** What the link in this browser's cookie opens; undefined when it was used, replaced, or came too late. */
const opened = async (reset: Reset, visit: Visit<unknown>): Promise<Opened | undefined> => {
  const pair = splitPair(visit.cookies.get(COOKIE) ?? '');
  const flow = pair && (await reset.desk.host.store.get(flows, pair.id));
  return flow && isAtGate(flow) ? liveChallenge(reset, flow, pair.secret) : undefined;
};

const arrive = (visit: Visit): Promise<Answer> => {
  const { token = '' } = visit.params;
  if (splitPair(token)) visit.cookies.set(COOKIE, token, { maxAge: resetFlow.lifetime });
  else visit.cookies.clear(COOKIE);
  return Promise.resolve(redirect('/reset/link'));
};

const show = async (reset: Reset, visit: Visit): Promise<Answer> => {
  const link = await opened(reset, visit);
  if (!link) return page('sspr/link-dead', {}, { status: 410 });
  const { flow, person } = link;
  return page('sspr/link', {
    userName: person.account.userName,
    begunAt: flow.begunAt,
    ...deviceOf(flow.agent),
    elsewhere: flow.browser !== visit.browser,
  });
};

/** The flow that goes on in the browser where the link was opened, with proof of the mailbox and nothing else. */
const flowThere = async (reset: Reset, visit: Visit<unknown>, link: Opened, key: string): Promise<Flow> => {
  const { host } = reset.desk;
  const { account, policy, registration } = link.person;
  const now = host.clock.now();
  const { known: _known, ...first } = link.flow;
  const begun: Flow = {
    id: randomId(host.random),
    kind: 'reset',
    state: resetFlow.initial,
    browser: visit.browser,
    key,
    begunAt: now,
    expiresAt: now + resetFlow.lifetime,
    locale: visit.locale,
    address: visit.address,
    agent: visit.agent,
    correlation: visit.correlation,
    ...(first.name === undefined ? {} : { name: first.name }),
    accountId: account.id,
    epoch: account.epoch,
    known: await host.browsers.knows(visit.browser, account.id),
    challenges: [],
    tries: {},
    proofs: [],
    ...(first.signIn === undefined ? {} : { signIn: first.signIn }),
    from: first.id,
  };
  const proof = proofOf(reset.desk, visit, link, now);
  const event = {
    type: 'prove',
    proof,
    person: factsOf(link.person),
    gates: policy.gates,
    key,
    registration,
    counted: false,
  } as const;
  return advance(resetFlow, begun, event, now).flow;
};

const continueHere = async (reset: Reset, visit: Visit<unknown>, link: Opened): Promise<Answer> => {
  const { desk, runner } = reset;
  const key = newFlowKey(desk.host.random, desk.host.secrets);
  const there = await flowThere(reset, visit, link, key.hash);
  await runner.applyTo(link.flow.id, async (flow) => {
    const now = flow.challenges.find((one) => one.method === link.method.name);
    if (JSON.stringify(now) !== JSON.stringify(link.challenge)) throw outOfOrder('the link was used or replaced');
    await requirePerson(desk, flow);
    return { type: 'carry', method: link.method.name, there };
  });
  giveFlow(visit, there.id, key);
  return redirect('/reset/prove');
};

const use = async (reset: Reset, visit: Visit<unknown>): Promise<Answer> => {
  const link = await opened(reset, visit);
  if (!link) return page('sspr/link-dead', {}, { status: 410 });
  const answer =
    link.flow.browser === visit.browser
      ? await recordProof(reset, visit, link.flow, link, { registered: link.held.id }, false)
      : await continueHere(reset, visit, link);
  visit.cookies.clear(COOKIE);
  return answer;
};

/** The mailed link: opening it changes nothing (scanners open links too), its button proves the mailbox here. */
export const linkRoutes = (reset: Reset): readonly Route[] => [
  get('/reset/link/:token', arrive),
  get('/reset/link', (visit) => show(reset, visit)),
  post('/reset/link', z.strictObject({}), (visit) => use(reset, visit)),
];
