import type { Flow } from '../collections.ts';
import type { Desk, Eligible } from '../desk.ts';
import { eligibleOf } from '../desk.ts';
import { outOfOrder } from '../flows/table.ts';
import type { Person } from '../flows/account-recovery.ts';

/** Whom the flow is about, as things stand now; undefined when nobody, or when what they had has ended since. */
export const personOf = async (desk: Desk, flow: Flow): Promise<Eligible | undefined> => {
  if (flow.accountId === undefined) return undefined;
  const account = await desk.host.accounts.byId(flow.accountId);
  return account?.epoch === flow.epoch ? eligibleOf(desk, account) : undefined;
};

/** As {@link personOf}, where nobody means that somebody plays out of order. */
export const requirePerson = async (desk: Desk, flow: Flow): Promise<Eligible> => {
  const person = await personOf(desk, flow);
  if (!person) throw outOfOrder('nobody may prove anything in this flow');
  return person;
};

export const factsOf = ({ account }: Eligible): Person => ({ accountId: account.id, epoch: account.epoch });
