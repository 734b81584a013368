import { expect } from 'chai';
import { world } from '../support/world.ts';
import { hasAlternateMail } from './registering.ts';

const NEW = 'tulip gravel 93 orchard';

describe('a reset by mail', () => {
  it('goes from the typed name over the mailed code to a new password', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    const { browser } = alice;
    await browser.open(`${w.issuer}/reset`);
    await browser.submit({ username: 'ALICE' }, 'Start the reset');
    expect(await browser.heading()).to.equal('Enter the code from the mail');
    const { code } = await alice.alternateInbox();
    await browser.submit({ 'one-time-code': code }, 'Check the code');
    expect(await browser.heading()).to.equal('Choose a new password');
    await browser.submit({ 'new-password': NEW }, 'Change the password');
    expect(await browser.heading()).to.equal('Your password is changed');
    const { accounts, passwords } = w.app.foundation.directory;
    const account = await accounts.byName('alice');
    expect(account && (await passwords.verify(account, NEW))).to.deep.equal({ outcome: 'right' });
    expect((await alice.inbox()).last.subject).to.equal('Your password was changed');
    expect((await alice.alternateInbox()).last.subject).to.equal('Your password was changed');
  });
});
