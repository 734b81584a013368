import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.ts';
import { world } from '../support/world.ts';
import { choosesPassword, givesCode, hasAlternateMail, NEW_PASSWORD, opens, startsReset } from './registering.ts';

describe('a reset by mail', () => {
  it('goes from the typed name over the mailed code to a new password', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    const { browser } = alice;
    await startsReset(w, browser, 'ALICE');
    expect(await browser.heading()).to.equal('Enter the code from the mail');
    await givesCode(browser, (await alice.alternateInbox()).code);
    await choosesPassword(browser);
    expect(await browser.heading()).to.equal('Your password is changed');
    expect(await opens(w, alice, NEW_PASSWORD)).to.equal(true);
    expect(await opens(w, alice, alice.password)).to.equal(false);
  });

  it('tells every address of the person, and signs nobody in', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await startsReset(w, alice.browser, alice.mail);
    await givesCode(alice.browser, (await alice.alternateInbox()).code);
    await choosesPassword(alice.browser);
    expect((await alice.inbox()).last.subject).to.equal('Your password was changed');
    expect((await alice.alternateInbox()).last.subject).to.equal('Your password was changed');
    await alice.startsSignIn();
    expect(await alice.browser.heading()).to.equal('Sign in');
  });

  it('goes on in the same browser from the link, which shows whose account it is', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await startsReset(w, alice.browser, 'alice');
    const { link } = await alice.alternateInbox();
    await alice.browser.open(link);
    expect((await alice.browser.url()).pathname).to.equal('/reset/link');
    expect(await alice.browser.text()).to.contain('resets the password of alice');
    await alice.browser.submit({}, 'Go on with the reset');
    await choosesPassword(alice.browser);
    expect(await opens(w, alice, NEW_PASSWORD)).to.equal(true);
  });

  it('takes a link once, and no code of the same mail after it', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await startsReset(w, alice.browser, 'alice');
    const { link, code } = await alice.alternateInbox();
    const phone = w.browser();
    await phone.open(link);
    await phone.submit({}, 'Go on with the reset');
    expect(await phone.heading()).to.equal('Choose a new password');
    const thief = w.browser();
    await thief.open(link);
    expect(await thief.heading()).to.equal('This link no longer works');
    await givesCode(alice.browser, code);
    expect(await alice.browser.text()).to.contain('This code is not right');
  });

  it('ends the older code when another is sent', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await startsReset(w, alice.browser, 'alice');
    const first = (await alice.alternateInbox()).code;
    await alice.browser.submit({}, 'Send another mail');
    const second = (await alice.alternateInbox()).code;
    await givesCode(alice.browser, first);
    expect(await alice.browser.text()).to.contain('This code is not right');
    await givesCode(alice.browser, second);
    expect(await alice.browser.heading()).to.equal('Choose a new password');
  });

  it('takes a code for ten minutes and the link of the same mail for fifteen', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await startsReset(w, alice.browser, 'alice');
    const { code, link } = await alice.alternateInbox();
    await w.later(10 * MINUTE);
    await givesCode(alice.browser, code);
    expect(await alice.browser.text()).to.contain('This code is not right');
    await w.later(5 * MINUTE - 1);
    await alice.browser.open(link);
    expect(await alice.browser.heading()).to.equal('Go on with the password reset?');
    await w.later(1);
    await alice.browser.submit({}, 'Go on with the reset');
    expect(await alice.browser.heading()).to.equal('This link no longer works');
  });

  it('is over after fifteen minutes, whatever was proved', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await startsReset(w, alice.browser, 'alice');
    await givesCode(alice.browser, (await alice.alternateInbox()).code);
    await w.later(15 * MINUTE);
    await choosesPassword(alice.browser);
    expect(await alice.browser.heading()).to.equal('This took too long');
    expect(await opens(w, alice, alice.password)).to.equal(true);
  });

  it('lists the rules of a new password before and says after which are met', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await startsReset(w, alice.browser, 'alice');
    await givesCode(alice.browser, (await alice.alternateInbox()).code);
    expect(await alice.browser.text()).to.contain('At least 15 characters');
    await choosesPassword(alice.browser, 'short');
    expect(await alice.browser.text()).to.match(/Not met: ?At least 15 characters/);
    await choosesPassword(alice.browser, alice.password);
    expect(await alice.browser.text()).to.match(/Not met: ?Not one of your earlier passwords/);
    await choosesPassword(alice.browser, 'PasswordAliceWelcome2025');
    expect(await alice.browser.text()).to.match(/Not met: ?Hard to guess/);
    await choosesPassword(alice.browser);
    expect(await opens(w, alice, NEW_PASSWORD)).to.equal(true);
  });
});
