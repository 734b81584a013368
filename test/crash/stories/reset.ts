import { expect } from 'chai';
import type { Person } from '../../support/person.ts';
import type { After, Story } from '../story.ts';
import { expectEpoch, expectSignIn, expectTold, isSignedIn, whichPassword } from '../truths.ts';
import { walk } from '../walking.ts';
import type { Walk } from '../walking.ts';

const NEXT = 'violet teapots at noon';

const ends = 'Your password is changed';
const chooses = (person: Person) => person.choosesPassword(NEXT);

const byCode: Walk = {
  ends,
  pages: { 'Enter the code from the mail': (person) => person.typesCode(), 'Choose a new password': chooses },
  begins: (person) => person.opensReset(),
};

const byLink: Walk = {
  ends,
  pages: {
    'Enter the code from the mail': (person) => person.usesLink(),
    'Go on with the password reset?': ({ browser }) => browser.submit(),
    'Choose a new password': chooses,
  },
  begins: (person) => person.opensReset(),
};

/** @param whoever goes on with it */
const holds = async (after: After, old: string, whoever: Person, way: Walk): Promise<void> => {
  const { person, world } = after;
  const addresses = [person.mail, person.alternateMail];
  const finished = { event: 'reset.finished', subject: 'Your password was reset', addresses };
  const changed = (await whichPassword(after, old, NEXT)) === 'next' ? 1 : 0;
  await expectEpoch(after, changed);
  await expectTold(after, changed, finished);
  if (changed === 0) await walk(whoever, way);
  expect(await whichPassword(after, old, NEXT)).to.equal('next');
  await expectTold(after, 1, finished);
  await world.settle();
  await expectSignIn(after, NEXT, old);
};

export const resetByCode: Story = {
  title: 'resets the password by the code in a mail',
  flows: ['reset'],
  somebody: { registered: true },
  async tell({ person, elsewhere, begins, settle }) {
    await elsewhere.signsIn();
    await settle();
    await begins();
    await walk(person, byCode);
    await settle();
  },
  async holds(after) {
    const { elsewhere } = after;
    const session = await isSignedIn(elsewhere);
    expect(session, 'a session from before').to.equal((await whichPassword(after, elsewhere.password, NEXT)) === 'old');
    await holds(after, elsewhere.password, after.person, byCode);
  },
};

export const resetByLink: Story = {
  title: 'opens the mailed link of a reset in another browser, and goes on there',
  flows: ['reset'],
  somebody: { registered: true },
  async tell({ person, elsewhere, begins, settle }) {
    await person.opensReset();
    const { link } = await person.alternateInbox();
    await begins();
    await elsewhere.browser.open(link);
    await walk(elsewhere, byLink);
    await settle();
  },
  holds: (after) => holds(after, after.person.password, after.elsewhere, byLink),
};
