import { expect } from 'chai';
import type { Person } from '../../support/person.ts';
import type { After, Story } from '../story.ts';
import { expectEpoch, expectSignIn, isSignedIn, mailsTo, told, whichPassword } from '../truths.ts';

const NEXT = 'violet teapots at noon';
const TOLD = 'Your password was reset';
const PAGES = 8;

/** What somebody does in front of the page that is there; somewhere else than in a reset they begin one. */
const step = async (bob: Person): Promise<boolean> => {
  const heading = await bob.browser.heading();
  if (heading === 'Your password is changed') return true;
  if (heading === 'Choose a new password') await bob.choosesPassword(NEXT);
  else if (heading === 'Enter the code from the mail') await bob.typesCode();
  else await bob.opensReset();
  return false;
};

/** Goes on where the crash has left the page, or begins anew where that is over. */
const goesOn = async (bob: Person): Promise<void> => {
  for (let pages = 0; pages < PAGES; pages += 1) if (await step(bob)) return;
  throw new Error(`no reset came to its end: ${await bob.browser.text()}`);
};

const holds = async (after: After): Promise<void> => {
  const { person, elsewhere, world } = after;
  const old = elsewhere.password;
  const which = await whichPassword(after, old, NEXT);
  const changed = which === 'next' ? 1 : 0;
  await expectEpoch(after, changed);
  expect(await isSignedIn(elsewhere), 'a session from before').to.equal(changed === 0);
  expect(await told(after, 'reset.finished'), 'resets in the log').to.equal(changed);
  if (changed === 0) await goesOn(person);
  expect(await whichPassword(after, old, NEXT)).to.equal('next');
  for (const address of [person.mail, person.alternateMail]) {
    expect(await mailsTo(after, address, TOLD), `notices to ${address}`).to.equal(1);
  }
  expect(await told(after, 'reset.finished'), 'resets in the log at the end').to.equal(1);
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
    await person.opensReset();
    await person.typesCode();
    await person.choosesPassword(NEXT);
    await settle();
  },
  holds,
};
