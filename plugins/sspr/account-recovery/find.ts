import { SECOND } from '../../../src/kernel/clock.ts';
import { AppError } from '../../../src/kernel/errors.ts';
import type { Job } from '../../../src/kernel/schedule.ts';
import { fold } from '../../../src/kernel/text.ts';
import type { Account } from '../../../src/plugin.ts';
import type { Store } from '../../../src/store/port.ts';
import { eq } from '../../../src/store/query.ts';
import { flows } from '../collections.ts';
import type { StoredFlow } from '../collections.ts';
import { eligibleOf, heldAtGate, methodOf } from '../desk.ts';
import type { Eligible } from '../desk.ts';
import type { EventOf } from '../flows/account-recovery.ts';
import type { Held, Issued, Method } from '../methods/method.ts';
import { liveFlows } from '../live-flows.ts';
import { isCapped, nameOf } from '../limits.ts';
import { factsOf } from '../proving/person.ts';
import { purposeOf } from '../purpose.ts';
import type { AccountRecovery } from './recovery.ts';

/** Finds people and sends them their codes. */
const JOB = 'sspr.find';

/** Longer than finding somebody takes; another node takes over after it. */
const LEASE = 30 * SECOND;

interface Found {
  readonly account?: Account | undefined;
  readonly person?: Eligible;
  readonly held?: readonly Held<unknown>[];
  /** For the audit log alone. */
  readonly reason: string;
}

const accountOf = ({ desk: { host } }: AccountRecovery, flow: StoredFlow): Promise<Account | undefined> =>
  flow.accountId === undefined ? host.accounts.byName(nameOf(host.secrets, flow)) : host.accounts.byId(flow.accountId);

const found = async (recovery: AccountRecovery, flow: StoredFlow, method: Method): Promise<Found> => {
  const { desk } = recovery;
  if (flow.over) return { reason: 'it had ended' };
  const account = await accountOf(recovery, flow);
  const person =
    flow.epoch === undefined || flow.epoch === account?.epoch ? await eligibleOf(desk, account) : undefined;
  if (!person) return { account, reason: account ? 'not allowed' : 'unknown' };
  const held = heldAtGate(desk, person, method);
  if (held.length === 0) return { account, reason: 'not registered' };
  const others = (await liveFlows(desk.host.store, person.account.id)).filter(
    (other) => other.id !== flow.id && other.known,
  );
  if (!flow.known && others.length >= desk.config.limits.flowsPerPerson) return { account, reason: 'too many open' };
  return { account, person, held, reason: 'found' };
};

/** For methods that prepare nothing: only the person had to be found. */
const nothingSent = ({ expiresAt }: StoredFlow): Issued => ({ challenge: { until: expiresAt, data: {} } });

const issueFor = async (
  recovery: AccountRecovery,
  flow: StoredFlow,
  method: Method,
  who: Found,
): Promise<EventOf<'issue'>> => {
  const { account, person, held = [], reason } = who;
  const about = person ? { ...flow, ...factsOf(person) } : flow;
  const guessing = await recovery.limits.judging(about, method.name);
  const { address, agent } = flow;
  const seed = fold(nameOf(recovery.desk.host.secrets, flow));
  const issued = await method.proof.issue?.({
    flowId: flow.id,
    held,
    guessing,
    seed,
    purpose: purposeOf(flow),
    where: { address, agent },
  });
  const { challenge, message, changes } = issued ?? nothingSent(flow);
  return {
    type: 'issue',
    challenge: { ...challenge, method: method.name },
    reason,
    counts: method.proof.sends,
    ...(account ? { subject: account.id } : {}),
    ...(person ? { person: factsOf(person), account: person.account } : {}),
    ...(message ? { message } : {}),
    ...(changes ? { changes } : {}),
  };
};

/** As though nobody had been found: what is stored looks the same, and nothing is sent. */
const unsent = ({
  challenge: { registered: _registered, ...challenge },
  ...event
}: EventOf<'issue'>): EventOf<'issue'> => ({
  type: 'issue',
  challenge,
  reason: 'too many messages',
  counts: false,
  ...(event.subject === undefined ? {} : { subject: event.subject }),
});

/** The person moved on in the meantime: what was asked for is not wanted any more, or is picked up again. */
const isOvertaken = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'flow_out_of_order' || error.code === 'flow_expired');

const serve = async (recovery: AccountRecovery, claimed: StoredFlow): Promise<void> => {
  const method = methodOf(recovery.desk, claimed.wanted ?? '');
  if (!method) return;
  const issue = async (flow: StoredFlow) => issueFor(recovery, flow, method, await found(recovery, flow, method));
  try {
    await recovery.runner.applyTo(claimed.id, issue);
  } catch (error) {
    if (isOvertaken(error)) return;
    if (!isCapped(error)) throw error;
    await recovery.runner.applyTo(claimed.id, async (flow) => unsent(await issue(flow)));
  }
};

/**
 * Has the person found: by the job, beside the request, so that its answer tells nothing of them. Questions cannot wait
 * for that; operators who let strangers begin with them accepted that this tells who exists.
 */
export const serveSoon = async (recovery: AccountRecovery, flowId: string, name: string): Promise<void> => {
  if (methodOf(recovery.desk, name)?.proof.issue) {
    recovery.desk.host.kick(JOB);
    return;
  }
  const flow = await recovery.desk.host.store.get(flows, flowId);
  if (flow) await serve(recovery, flow);
};

/** Finds who bears the typed name and sends them what they asked for, beside the request and after its answer. */
export const findJob = (store: Store, recoveries: readonly AccountRecovery[]): Job => ({
  name: JOB,
  every: 5 * SECOND,
  async run() {
    const flow = await store.claim(flows, { query: eq('work', 'send'), lease: LEASE });
    if (!flow) return false;
    const recovery = recoveries.find(({ kind }) => kind.name === flow.kind);
    if (recovery) await serve(recovery, flow);
    return true;
  },
});
