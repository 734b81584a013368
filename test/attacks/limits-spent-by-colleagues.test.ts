import { expect } from 'chai';
import { useWorld } from '../support/world.ts';

describe('A colleague with an account of her own', () => {
  const world = useWorld({ sspr: { policies: [{ name: 'everybody', methods: ['email'], enforcement: 'nag' }] } });

  it('keeps nobody from the mail of a reset by naming their other mailbox as her own, again and again', async () => {
    const alice = await world().person('alice', { registered: true });
    await alice.signsIn();
    for (let colleague = 0; colleague < 3; colleague += 1) {
      const mallory = await world().person('mallory');
      await mallory.signsIn();
      for (let count = 0; count < 12; count += 1) {
        const { pathname } = await mallory.browser.url();
        if (!(await mallory.browser.offers('Send the code'))) await mallory.browser.open(pathname);
        if (await mallory.browser.offers('Send the code')) {
          await mallory.browser.submit({ email: alice.alternateMail }, 'Send the code');
        }
        if (await mallory.browser.offers('Use another address or send again')) {
          await mallory.browser.submit({}, 'Use another address or send again');
        }
      }
    }
    const { mails } = await alice.alternateInbox();
    expect(mails, 'ten to one address in a day').to.have.length(10);

    // Strange browsers and known ones are counted apart, and registrations with neither.
    for (const browser of [world().browser(), alice.browser]) {
      const there = alice.with(browser);
      await there.opensReset();
      await there.typesCode();
      expect(await browser.heading()).to.equal('Choose a new password');
    }
    await alice.choosesPassword('violet teapots at noon');
    expect(await alice.browser.heading()).to.equal('Your password is changed');
  });
});
