import { z } from 'zod';
import { DAY } from '../../../src/kernel/clock.ts';
import { page, post, redirect } from '../../../src/plugin.ts';
import type { Account, Answer, Limit, Route, Visit } from '../../../src/plugin.ts';
import { administratorsTold } from '../administrators.ts';
import { auditEvent } from '../audit-events.ts';
import type { StoredFlow } from '../collections.ts';
import type { Desk } from '../desk.ts';
import { isAtGate } from '../flows/account-recovery.ts';
import { outOfOrder } from '../flows/table.ts';
import { isCapped } from '../limits.ts';
import { hereOf } from '../methods/here.ts';
import { obstacleFor } from '../preflight.ts';
import { personOf, requirePerson } from '../proving/person.ts';
import { requireFlow } from './cookie.ts';
import { offers, shownPerson } from './offers.ts';
import { pathTo } from './recovery.ts';
import type { AccountRecovery } from './recovery.ts';

/** Requests of one person, over resets and unlocks. */
const REQUESTS: Limit = { name: 'sspr.helpRequests', cap: 1, window: DAY };

const isAsked = async ({ host }: Desk, accountId: string): Promise<boolean> =>
  (await host.limits.spent(REQUESTS, accountId)).count >= REQUESTS.cap;

/** Whether there is anybody to ask: the help desk has an address, or somebody administers. */
const canAsk = async ({ host }: Desk): Promise<boolean> =>
  host.organisation.helpDesk.mail !== undefined || ((await host.accounts.administrators?.()) ?? []).length > 0;

/** Whether somebody who proved a gate asked for help already, and whether they can. */
export const helpFor = async (
  desk: Desk,
  { id }: Account,
): Promise<{ readonly asked: boolean; readonly ask: boolean }> => {
  const asked = await isAsked(desk, id);
  return { asked, ask: !asked && (await canAsk(desk)) };
};

/**
 * Where nothing is left to prove. Who proved one gate reads why, and may ask to be contacted; to anybody else the page
 * says nothing that they do not know, and the help desk's address is at its foot as everywhere.
 */
export const stuckPage = async (
  { desk }: AccountRecovery,
  flow: StoredFlow,
  frame: Readonly<Record<string, unknown>>,
): Promise<Answer> => {
  const proved = flow.proofs.length;
  const person = proved > 0 ? await shownPerson(desk, flow) : undefined;
  const help = person ? await helpFor(desk, person.account) : { asked: false, ask: false };
  return page('sspr/stuck', { ...frame, proved, frozen: person?.frozen !== undefined, ...help });
};

const requesting = async (desk: Desk, flow: StoredFlow, account: Account): Promise<void> => {
  const { host } = desk;
  const { mail } = host.organisation.helpDesk;
  const told = await administratorsTold(desk, flow, {
    template: 'help-requested',
    data: {
      person: account.displayName,
      userName: account.userName,
      purpose: flow.kind,
      method: flow.proofs[0]?.method ?? '',
    },
    limit: REQUESTS,
    key: account.id,
    ...(mail === undefined ? {} : { more: [mail] }),
  });
  if (told.length === 0) return;
  const event = auditEvent(flow, { type: 'help.requested', result: 'success', subject: account.id, reason: flow.kind });
  await host.store.commit([...told, host.audit.event(event)]);
};

/** No gate is left that they could open, or all are open and what they came for cannot be done. */
const isStuck = async ({ desk, kind }: AccountRecovery, visit: Visit<unknown>, flow: StoredFlow): Promise<boolean> => {
  if (isAtGate(flow)) return flow.proofs.length > 0 && (await offers({ desk, kind }, flow, hereOf(visit))).length === 0;
  const person = flow.state === 'proved' ? await personOf(desk, flow) : undefined;
  return person !== undefined && (await obstacleFor(desk, person.account)) !== undefined;
};

/** Asks administrators and the help desk to get in touch with somebody who proved one gate and gets no further. */
const ask = async (recovery: AccountRecovery, visit: Visit<unknown>): Promise<Answer> => {
  const { desk } = recovery;
  const flow = await requireFlow(recovery, visit);
  if (!(await isStuck(recovery, visit, flow))) throw outOfOrder('there is another way on');
  const { account } = await requirePerson(desk, flow);
  try {
    await requesting(desk, flow, account);
  } catch (error) {
    // Asked in another tab at the same moment.
    if (!isCapped(error)) throw error;
  }
  return redirect(pathTo(recovery, '/prove'));
};

export const stuckRoutes = (recovery: AccountRecovery): readonly Route[] => [
  post(pathTo(recovery, '/help'), z.strictObject({}), (visit) => ask(recovery, visit)),
];
