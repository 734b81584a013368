import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import { useWorld } from '../support/world.ts';

const MINUTE = 60_000;

onEveryEngine('Bob forgot his password and opens the link from his other mailbox', (store) => {
  const world = useWorld({ store });

  it('sees whose account it is and what for, presses the button, and chooses a new password', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.opensReset();
    const { link } = await bob.alternateInbox();
    await bob.browser.open(link);
    expect(await bob.browser.heading()).to.equal('Go on with the password reset?');
    expect(await bob.browser.text()).to.contain(`This link resets the password of ${bob.userName}.`);
    await bob.browser.submit();
    expect(await bob.browser.heading()).to.equal('Choose a new password');
    await bob.choosesPassword('violet teapots at noon');
    await bob.signsIn();
    expect(bob.outcome().kind).to.equal('signed-in');
  });

  it('has an address without the secret by the time the page is there', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.opensReset();
    const { link } = await bob.alternateInbox();
    await bob.browser.open(link);
    expect((await bob.browser.url()).href).to.equal(`${world().issuer}/reset/link`);
    expect(bob.browser.headers['referrer-policy']).to.equal('no-referrer');
  });

  it('loses nothing to a mail scanner that opens the link first', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.opensReset();
    const { link } = await bob.alternateInbox();
    for (const method of ['GET', 'HEAD', 'GET']) await world().browser().send(link, { method });
    const scanner = world().browser();
    await scanner.open(link);
    await scanner.open(link);
    await bob.browser.open(link);
    await bob.browser.submit();
    expect(await bob.browser.heading()).to.equal('Choose a new password');
  });

  it('can use it once', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.opensReset();
    const { link } = await bob.alternateInbox();
    await bob.browser.open(link);
    await bob.browser.submit();
    await bob.browser.open(link);
    expect(await bob.browser.heading()).to.equal('This link no longer works');
    expect(bob.browser.status).to.equal(410);
  });

  it('can use only the one in the latest mail', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.opensReset();
    const { link: earlier } = await bob.alternateInbox();
    await bob.browser.submit({}, 'Send another mail');
    const { link: later } = await bob.alternateInbox();
    await bob.browser.open(earlier);
    expect(await bob.browser.heading()).to.equal('This link no longer works');
    await bob.browser.open(later);
    expect(await bob.browser.heading()).to.equal('Go on with the password reset?');
  });

  it('has fifteen minutes', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.opensReset();
    const { link } = await bob.alternateInbox();
    await world().later(15 * MINUTE);
    await bob.browser.open(link);
    expect(await bob.browser.heading()).to.equal('This link no longer works');
  });

  it('finds every earlier link dead after a finished reset', async () => {
    const bob = await world().person('bob', { registered: true });
    await bob.opensReset();
    const { link: forgotten } = await bob.alternateInbox();
    const elsewhere = bob.with(world().browser());
    await elsewhere.opensReset();
    await elsewhere.typesCode();
    await elsewhere.choosesPassword('violet teapots at noon');
    await bob.browser.open(forgotten);
    expect(await bob.browser.heading()).to.equal('This link no longer works');
  });
});
