import { expect } from 'chai';
import type { Story } from '../story.ts';
import { expectEpoch, expectTold, told } from '../truths.ts';
import { walk } from '../walking.ts';
import type { Walk } from '../walking.ts';

export const unlocking: Walk = {
  ends: 'Your account is unlocked',
  pages: {
    'Enter the code from the mail': (person) => person.typesCode(),
    // Both the page that asks for a name and the one with the button.
    'Unlock your account': async (person) => {
      const proved = await person.browser.offers('Unlock the account');
      await (proved ? person.browser.submit({}, 'Unlock the account') : person.opensUnlock());
    },
  },
  begins: (person) => person.opensUnlock(),
};

export const unlock: Story = {
  title: 'unlocks the account',
  flows: ['unlock'],
  somebody: { registered: true },
  async prepare(_, person) {
    await person.startsSignIn();
    await person.isPaused();
    return {};
  },
  async tell({ person, begins, settle }) {
    await begins();
    await walk(person, unlocking);
    await settle();
  },
  async holds(after) {
    const { person, world } = after;
    const addresses = [person.mail, person.alternateMail];
    const unlocked = { event: 'unlock.finished', subject: 'Your account was unlocked', addresses };
    const times = await told(after, unlocked.event);
    expect(times, 'unlocks in the log').to.be.oneOf([0, 1]);
    await expectTold(after, times, unlocked);
    // The pause has ended by itself by now.
    if (times === 0) await walk(person, { ...unlocking, ends: 'Your account was not locked' });
    expect(await told(after, unlocked.event), 'unlocks in the log at the end').to.equal(1);
    await expectEpoch(after, 0);
    const fresh = person.with(world.browser());
    await fresh.signsIn();
    expect(await fresh.browser.heading()).to.equal('Signed in to the app');
  },
};
