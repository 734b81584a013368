import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import { useWorld } from '../support/world.ts';

onEveryEngine('Bob forgot his password and types the code from his other mailbox', (store) => {
  const world = useWorld({ store });

  it('chooses a new password, is signed in nowhere, and signs in with it', async () => {
    const bob = await world().person('bob', { registered: true });
    const old = bob.password;

    await bob.opensReset();
    expect(await bob.browser.title()).to.contain('Step 2 of 3');
    await bob.typesCode();
    expect(await bob.browser.heading()).to.equal('Choose a new password');
    await bob.choosesPassword('violet teapots at noon');
    expect(await bob.browser.heading()).to.equal('Your password is changed');

    await bob.startsSignIn();
    expect(await bob.browser.heading()).to.equal('Sign in');
    await bob.givesPassword(old);
    expect(await bob.browser.heading()).to.equal('Sign in');
    await bob.givesPassword();
    expect(bob.outcome()).to.deep.include({ kind: 'signed-in' });
  });

  it('forgives blanks and hyphens in the code, and takes it once', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.opensReset();
    const { code } = await bob.alternateInbox();
    await bob.browser.submit({ 'one-time-code': ` ${code.slice(0, 4)}-${code.slice(4)} ` });
    expect(await bob.browser.heading()).to.equal('Choose a new password');
    await bob.browser.back();
    expect(await bob.browser.heading()).to.equal('Choose a new password');
  });

  it('is told of it at both of his addresses', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.opensReset();
    await bob.typesCode();
    await bob.choosesPassword('violet teapots at noon');
    expect((await bob.inbox()).last.subject).to.equal('Your password was reset');
    expect((await bob.alternateInbox()).last.subject).to.equal('Your password was reset');
  });

  it('may ask for another code, which kills the earlier one', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.opensReset();
    const { code: earlier } = await bob.alternateInbox();
    await bob.browser.submit({}, 'Send another mail');
    const { code: later } = await bob.alternateInbox();
    await bob.browser.submit({ 'one-time-code': earlier });
    expect(await bob.browser.text()).to.contain('This code is not right, or it is no longer valid.');
    await bob.browser.submit({ 'one-time-code': later });
    expect(await bob.browser.heading()).to.equal('Choose a new password');
  });

  it('has ten minutes for the code and fifteen for the whole reset', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.opensReset();
    const { code } = await bob.alternateInbox();
    await world().later(10 * 60_000);
    await bob.browser.submit({ 'one-time-code': code });
    expect(await bob.browser.text()).to.contain('no longer valid');
    await world().later(5 * 60_000);
    await bob.browser.reload();
    expect((await bob.browser.url()).pathname).to.equal('/reset');
  });

  it('is told which rule a new password does not meet, and nothing is changed until it does', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.opensReset();
    await bob.typesCode();
    await bob.browser.submit({ 'new-password': 'short' });
    expect(await bob.browser.title()).to.match(/^Error: /);
    expect(bob.browser.status).to.equal(422);
    await bob.browser.submit({ 'new-password': bob.password });
    expect(await bob.browser.heading()).to.equal('Choose a new password');
    await bob.choosesPassword('violet teapots at noon');
    expect(await bob.browser.heading()).to.equal('Your password is changed');
  });

  it('may choose 256 characters of any script, with blanks at both ends, which are part of it', async () => {
    const bob = await world().person('bob', { registered: true });
    const password = ` ${[...'ящ月é🦉!'.repeat(50)].slice(0, 254).join('')} `;
    expect([...password]).to.have.length(256);
    await bob.opensReset();
    await bob.typesCode();
    await bob.browser.submit({ 'new-password': `${password}x` });
    expect(await bob.browser.heading(), 'one more').to.equal('Choose a new password');
    await bob.choosesPassword(password);
    expect(await bob.browser.heading()).to.equal('Your password is changed');
    await bob.startsSignIn();
    await bob.givesPassword(password.trim());
    expect(await bob.browser.heading()).to.equal('Sign in');
    await bob.givesPassword();
    expect(bob.outcome()).to.deep.include({ kind: 'signed-in' });
  });
});

onEveryEngine('Where passwords are remembered for as long as the operator says', (store) => {
  const world = useWorld({ store, config: { passwords: { history: 1 } } });

  it('the one before the present one is refused, and an earlier one is taken', async () => {
    const bob = await world().person('bob', { registered: true });
    const [first, second, third] = [bob.password, 'violet teapots at noon', 'amber ladders by the sea'];
    for (const password of [second, third]) {
      await bob.opensReset();
      await bob.typesCode();
      await bob.choosesPassword(password);
    }
    await bob.opensReset();
    await bob.typesCode();
    await bob.browser.submit({ 'new-password': second });
    expect(await bob.browser.heading()).to.equal('Choose a new password');
    await bob.choosesPassword(first);
    expect(await bob.browser.heading()).to.equal('Your password is changed');
  });
});
