import { SECOND } from '../../../src/kernel/clock.ts';
import { randomId } from '../../../src/kernel/random.ts';
import type { Job } from '../../../src/kernel/schedule.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import type { Change, Stored } from '../../../src/store/port.ts';
import { everything } from '../../../src/store/query.ts';
import { auditEvent } from '../audit-events.ts';
import { misses } from '../collections.ts';
import type { Flow, Miss, Registered } from '../collections.ts';
import { addressesOf, methodOf } from '../desk.ts';
import type { Desk } from '../desk.ts';
import type { Method } from '../methods/method.ts';
import { told } from '../notices.ts';
import { registrationOf, replacing, withRegistered } from '../registrations.ts';
import type { MaybeStored } from '../registrations.ts';
import type { Gate } from './gate.ts';

const JOB = 'sspr.misses';

/** Longer than telling somebody of a block takes; another node takes over after it. */
const LEASE = 30 * SECOND;

const TRIES = 5;

/** How a miss and a block are written down, and what their owner is told, by what was to be opened. */
const TYPES = {
  reset: { failed: 'reset.failed', blocked: 'reset.blocked', mail: 'blocked' },
  unlock: { failed: 'unlock.failed', blocked: 'unlock.blocked', mail: 'blocked' },
  'second-factor': { failed: 'signin.factor.failed', blocked: 'signin.factor.blocked', mail: 'factor-blocked' },
} as const;

const kindOf = ({ kind }: Flow): Miss['kind'] => (kind in TYPES ? (kind as Miss['kind']) : 'reset');

type Place = Pick<Gate, 'desk' | 'limits'>;

/**
 * Writes down that an answer was wrong, or was not judged. It is the same work whoever the flow is about and whether
 * they are blocked: what follows from it is left to the job. It does not depend on the flow, which may have moved on
 * or ended since the answer was counted.
 */
export const recordMiss = async (
  { desk }: Place,
  flow: Flow,
  { name: method }: Pick<Method, 'name'>,
  judged: boolean,
): Promise<void> => {
  const { host } = desk;
  const { name, accountId, known, locale, address, agent, correlation } = flow;
  const kind = kindOf(flow);
  const reason = judged ? 'wrong' : 'not judged';
  const subject = accountId === undefined ? {} : { subject: accountId };
  await host.store.commit([
    host.audit.event(auditEvent(flow, { type: TYPES[kind].failed, result: 'failure', method, reason, ...subject })),
    change.insert(misses, {
      id: randomId(host.random),
      kind,
      method,
      at: host.clock.now(),
      ...(name === undefined ? {} : { name }),
      ...(accountId === undefined ? {} : { accountId }),
      ...{ known, locale, address, agent, correlation },
    }),
  ]);
  host.kick(JOB);
};

/** What is asked is drawn anew once it was answered, or guessed at too often. */
const renewed = (desk: Desk, registration: MaybeStored, name: string): readonly Change[] => {
  const method = methodOf(desk, name);
  const before = registration.methods.find((one) => one.method === name);
  const data = method?.data.safeParse(before?.data);
  if (!before || !data?.success || !method?.proof.renew) return [];
  const renewedData = method.proof.renew(data.data) as Registered['data'];
  return [replacing(registration, withRegistered(registration, { ...before, data: renewedData }, method.most))];
};

/** The block, and where somebody is blocked, that they are told and asked other questions from now on. */
const blocked = async ({ desk, limits }: Place, miss: Miss): Promise<readonly Change[]> => {
  const { host, config } = desk;
  const account = miss.accountId === undefined ? undefined : await host.accounts.byId(miss.accountId);
  if (!account) return [limits.blocking(miss)];
  const registration = await registrationOf(host.store, account.id);
  const { blocked: type, mail } = TYPES[miss.kind];
  return [
    limits.blocking(miss),
    ...renewed(desk, registration, miss.method),
    host.audit.event(auditEvent(miss, { type, result: 'refused', subject: account.id })),
    ...told(host, account, miss, mail, addressesOf(desk, account, registration), {
      at: miss.at,
      hours: config.limits.blockHours,
    }),
  ];
};

/**
 * Begins the block that is due. Judged or not makes no difference: a process that ended between counting an answer and
 * writing down that it was wrong leaves a block to be begun by the next.
 */
const settle = async (place: Place, miss: Stored<Miss>): Promise<void> => {
  const { desk, limits } = place;
  for (let left = TRIES; left > 0; left -= 1) {
    const following = (await limits.blockIsDue(miss)) ? await blocked(place, miss) : [];
    try {
      await desk.host.store.commit([change.take(misses, miss.id, miss.version), ...following]);
      return;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      // The lease ended, and another node has seen to it.
      if (error.collection === misses.name) return;
    }
  }
  // Whoever changed things that often is busy with them still: it is taken up again when the lease is over.
};

/** Sees to wrong answers beside the request that brought them, so that its time does not tell who can be blocked. */
export const missJob = (place: Place): Job => ({
  name: JOB,
  every: 5 * SECOND,
  async run() {
    const miss = await place.desk.host.store.claim(misses, { query: everything, sort: [{ path: 'at' }], lease: LEASE });
    if (!miss) return false;
    await settle(place, miss);
    return true;
  },
});
