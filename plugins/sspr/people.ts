import { addressesOf, eligibleOf, usable } from './desk.ts';
import type { Desk } from './desk.ts';
import type { Method } from './methods/method.ts';
import type { People } from './methods/people.ts';

/** What pages of a method's own may know of people, as things stand when they ask. */
export const peopleOf = (desk: Desk, { name }: Pick<Method, 'name'>): People<unknown> => ({
  async find(accountId) {
    const person = await eligibleOf(desk, await desk.host.accounts.byId(accountId));
    if (!person) return undefined;
    const { account, registration } = person;
    const mine = usable(desk, person).filter(({ method }) => method.name === name);
    return { account, held: mine.map(({ held }) => held), contacts: addressesOf(desk, account, registration) };
  },
});
