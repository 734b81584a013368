import { cases } from '../../plugins/sspr/not-me/collections.ts';
import { everything } from '../../src/store/query.ts';
import type { HttpBrowser } from './http-browser.ts';
import type { Person } from './person.ts';
import { shownCode } from './second-factor.ts';
import type { World } from './world.ts';

export const FROZEN = 'The account is frozen';
export const NOT_SIGNED_IN = 'This account is frozen';

/** Somebody else who can read the alternate mailbox chooses a new password: one gate is enough for it. */
export const isRobbed = async (world: World, victim: Person, password = 'the thief has chosen it'): Promise<Person> => {
  const thief = victim.with(world.browser());
  await thief.opensReset();
  await thief.browser.submit({}, 'Send a code');
  await thief.typesCode();
  await thief.choosesPassword(password);
  return thief;
};

/** The link in the latest mail to the address of the account. */
export const linkOf = async (victim: Person): Promise<string> => (await victim.inbox()).link;

/** Opens a link of a notice somewhere, and presses the button. */
export const disowns = async (world: World, link: string): Promise<HttpBrowser> => {
  const browser = world.browser();
  await browser.open(link);
  await browser.submit({}, 'This was not me');
  return browser;
};

export const casesOf = async ({ app }: World, { id }: Person) => {
  const { docs } = await app.foundation.store.find(cases, everything, { limit: 1000 });
  return docs.filter(({ accountId }) => accountId === id);
};

/** Proves both ways and chooses a password; ends wherever that leads. */
export const resetsByTwo = async (world: World, victim: Person, password = 'mine again at last'): Promise<Person> => {
  const owner = victim.with(world.browser());
  await owner.opensReset();
  await owner.browser.submit({}, 'Send a code');
  await owner.typesCode();
  await owner.browser.submit({ 'one-time-code': shownCode(world, victim) });
  await owner.choosesPassword(password);
  return owner;
};
