import { expect } from 'chai';
import { givenPassword } from '../../support/given-password.ts';
import type { Person } from '../../support/person.ts';
import type { After, Story } from '../story.ts';
import { expectEpoch, expectSignIn, expectTold, isSignedIn, whichPassword } from '../truths.ts';
import { walk } from '../walking.ts';
import type { Walk } from '../walking.ts';

const NEXT = 'violet teapots at noon';
const GIVEN = 'quiet harbours in october';
const ARRIVED = 'Signed in to the app';

const changing = (issuer: string): Walk => ({
  ends: 'Your account’s security',
  pages: {
    'Sign in': (person) => person.givesPassword(),
    'Choose a new password': (person) => person.changesPassword(NEXT),
  },
  begins: ({ browser }) => browser.open(`${issuer}/change-password`),
});

const forced: Walk = {
  ends: ARRIVED,
  pages: {
    'Sign in': (person) => person.givesPassword(),
    'Choose a new password': (person) => person.changesPassword(NEXT),
  },
  begins: (person) => person.startsSignIn(),
};

const holds = async (after: After, old: string, way: Walk): Promise<void> => {
  const { person, world } = after;
  const addresses = [person.mail, person.alternateMail];
  const changed = { event: 'password.changed', subject: 'Your password was changed', addresses };
  const times = (await whichPassword(after, old, NEXT)) === 'next' ? 1 : 0;
  await expectEpoch(after, times);
  await expectTold(after, times, changed);
  if (times === 0) await walk(person, way);
  expect(await whichPassword(after, old, NEXT)).to.equal('next');
  await expectTold(after, 1, changed);
  await world.settle();
  await expectSignIn(after, NEXT, old);
};

export const change: Story = {
  title: 'changes the password that they know',
  flows: ['change'],
  somebody: { registered: true },
  async tell({ issuer, person, elsewhere, begins, settle }) {
    for (const each of [person, elsewhere]) await each.signsIn();
    await person.browser.open(`${issuer}/change-password`);
    await settle();
    await begins();
    await walk(person, changing(issuer));
    await settle();
  },
  async holds(after) {
    const { elsewhere, world } = after;
    const old = elsewhere.password;
    const session = await isSignedIn(elsewhere);
    expect(session, 'a session elsewhere').to.equal((await whichPassword(after, old, NEXT)) === 'old');
    await holds(after, old, changing(world.issuer));
  },
};

/** What an administrator said may be known by then to whoever is in front of the browser, but to nobody else. */
export const forcedChange: Story = {
  title: 'has to choose another password at sign-in',
  flows: ['change'],
  somebody: { registered: true },
  async prepare(world, person) {
    await givenPassword(world, person, GIVEN);
    return {};
  },
  async tell({ person, begins, settle }) {
    await person.signsIn();
    await settle();
    await begins();
    await walk(person, forced);
    await settle();
  },
  async holds(after) {
    await holds(after, GIVEN, forced);
    const knowing: Person = after.person;
    knowing.isTold(NEXT);
    await walk(knowing, forced);
  },
};
