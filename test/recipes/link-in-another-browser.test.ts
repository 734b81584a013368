import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import { useWorld } from '../support/world.ts';

onEveryEngine('Bob begins a reset at his desk and opens the link on his phone', (store) => {
  const world = useWorld({ store });

  it('goes on there, and nothing is opened at the desk', async () => {
    const desk = await world().person('bob', { registered: true });
    const phone = desk.with(world().browser());
    await desk.opensReset();
    const { link } = await desk.alternateInbox();
    await phone.browser.open(link);
    expect(await phone.browser.text()).to.contain('That was another browser than this one.');
    await phone.browser.submit();
    expect(await phone.browser.heading()).to.equal('Choose a new password');

    await desk.browser.open('/reset/password');
    expect(await desk.browser.heading()).not.to.equal('Choose a new password');
    // A stranger there is not even told that the mail was opened.
    await desk.browser.open('/reset/prove');
    expect(await desk.browser.heading()).to.equal('Enter the code from the mail');
  });

  it('is sent back to the app on the other device at the end', async () => {
    const desk = await world().person('bob', { registered: true });
    const phone = desk.with(world().browser());
    await desk.startsSignIn();
    await desk.forgetsPassword();
    const { link } = await desk.alternateInbox();
    await phone.browser.open(link);
    await phone.browser.submit();
    await phone.choosesPassword('violet teapots at noon');
    expect(await phone.browser.text()).to.contain('go back to your app on the other device');
    expect(await phone.browser.offers('Go back and sign in')).to.equal(false);

    await desk.startsSignIn();
    await desk.givesPassword();
    expect(desk.outcome().kind).to.equal('signed-in');
  });

  it('opens nothing for a stranger who asked for that mail in his name and waits for him to press the button', async () => {
    const bob = await world().person('bob', { registered: true });
    const attacker = bob.with(world().browser());
    await attacker.opensReset();
    const guess = attacker.browser.prepared({ 'one-time-code': '12345678' });
    const { link, code } = await bob.alternateInbox();
    await bob.browser.open(link);
    await bob.browser.submit();

    // Even the code of the very mail is of no use once its link was.
    await attacker.browser.post(guess.url, { ...guess.fields, code });
    await attacker.browser.open('/reset/prove');
    expect(await attacker.browser.heading()).to.equal('Enter the code from the mail');
    await bob.choosesPassword('violet teapots at noon');
    // Nor is he told that the reset was finished: his own goes on as though about nobody.
    await attacker.browser.open('/reset/password');
    expect((await attacker.browser.url()).pathname).to.equal('/reset/prove/email');
  });
});
