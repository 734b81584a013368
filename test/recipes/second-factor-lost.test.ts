import { expect } from 'chai';
import { DAY } from '../../src/kernel/clock.ts';
import { Authenticator } from '../support/authenticator.ts';
import { onEveryEngine } from '../support/engines.ts';
import { givesPasskey } from '../support/passkeys.ts';
import type { Person } from '../support/person.ts';
import { claimsOf, hasApp, shownCode, wrongCode } from '../support/second-factor.ts';
import { useWorld } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const ASKED = 'Enter the code from your app';
const LOST = 'If you cannot use it';

onEveryEngine('Bob, who left his phone on the train,', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', methods: ['email', 'recovery', 'totp'] }] },
  });

  const atTheApp = async (): Promise<Person> => {
    const person = await world().person('bob', { registered: true });
    await hasApp(world(), person);
    await person.signsIn();
    expect(await person.browser.heading()).to.equal(ASKED);
    return person;
  };

  it('is told what he can do, with the help desk, and finds the way back', async () => {
    const bob = await atTheApp();
    await bob.browser.follow('I cannot use this now');
    expect(await bob.browser.heading()).to.equal(LOST);
    expect(await bob.browser.text()).to.contain('help@example.test');
    await bob.browser.follow('Go back');
    expect(await bob.browser.heading()).to.equal(ASKED);
  });

  it('goes back to the app, which is told that nobody signed in', async () => {
    const bob = await atTheApp();
    await bob.browser.follow('I cannot use this now');
    await bob.browser.submit({}, 'Cancel and go back to The app');
    expect(claimsOf(bob)).to.deep.equal({ error: 'access_denied' });
  });

  it('makes way for somebody else at the same browser, on the same request', async () => {
    const bob = await atTheApp();
    const eve = (await world().person('eve', { registered: true })).with(bob.browser);
    await bob.browser.follow('I cannot use this now');
    await bob.browser.submit({}, 'Sign in as somebody else');
    await eve.givesPassword();
    expect(await eve.browser.heading()).to.equal(ARRIVED);
    expect(claimsOf(eve)).to.deep.include({ sub: eve.id, amr: ['pwd'] });
  });

  it('is never offered his mailbox: it opens a reset, and no sign-in', async () => {
    const bob = await atTheApp();
    const { pathname } = await bob.browser.url();
    await bob.browser.open(pathname.replace(/totp$/, 'email'));
    expect(bob.browser.status).to.equal(404);
  });
});

onEveryEngine('Bob, who types codes that are wrong,', (store) => {
  const world = useWorld({ store, sspr: { policies: [{ name: 'everybody', methods: ['email', 'totp'] }] } });

  const blocked = async (): Promise<Person> => {
    const person = await world().person('bob', { registered: true });
    await hasApp(world(), person);
    await person.signsIn();
    for (let left = 5; left > 0; left -= 1) {
      await person.browser.submit({ 'one-time-code': wrongCode(world(), person) });
    }
    return person;
  };

  it('has five tries, is told until when no more are taken, and the right code is none of them', async () => {
    const bob = await blocked();
    expect(await bob.browser.text()).to.contain('You can enter codes again');
    expect(await bob.browser.field('one-time-code')).to.equal(undefined);
    const elsewhere = bob.with(world().browser());
    await elsewhere.signsIn();
    expect(await elsewhere.browser.field('one-time-code')).to.equal(undefined);
    await world().later(DAY);
    await bob.signsIn();
    await bob.browser.submit({ 'one-time-code': shownCode(world(), bob) });
    expect(await bob.browser.heading()).to.equal(ARRIVED);
  });

  it('is told by mail, at every address, that somebody has the password', async () => {
    const bob = await blocked();
    for (const inbox of [await bob.inbox(), await bob.alternateInbox()]) {
      expect(inbox.last.subject).to.equal('Someone knows your password and was stopped');
    }
  });

  it('goes on where he signed in before, whatever others with his password try', async () => {
    const bob = await world().person('bob', { registered: true });
    await hasApp(world(), bob);
    await bob.signsIn();
    await bob.browser.submit({ 'one-time-code': shownCode(world(), bob) });
    await world().later(60_000);
    const thief = bob.with(world().browser());
    await thief.signsIn();
    for (let left = 5; left > 0; left -= 1) {
      await thief.browser.submit({ 'one-time-code': wrongCode(world(), bob) });
    }
    expect(await thief.browser.field('one-time-code')).to.equal(undefined);
    await bob.signsIn({ prompt: 'login' });
    await bob.browser.submit({ 'one-time-code': shownCode(world(), bob) });
    expect(await bob.browser.heading()).to.equal(ARRIVED);
  });
});

onEveryEngine('Pat, whose codes are no longer taken,', (store) => {
  const world = useWorld({ store, sspr: { policies: [{ name: 'everybody', methods: ['passkey', 'email', 'totp'] }] } });

  it('signs in by her passkey all the same: it cannot be guessed', async () => {
    const authenticator = new Authenticator(world().issuer);
    const pat = await world().person('pat');
    await pat.signsIn();
    await pat.browser.follow('Set up a passkey');
    await givesPasskey(pat.browser, authenticator, {}, { name: 'laptop' });
    await hasApp(world(), pat);
    const elsewhere = pat.with(world().browser());
    await elsewhere.signsIn();
    await elsewhere.browser.follow('Choose another way');
    await elsewhere.browser.submit({}, 'Type a code from the app');
    for (let left = 5; left > 0; left -= 1) {
      await elsewhere.browser.submit({ 'one-time-code': wrongCode(world(), pat) });
    }
    await world().settle();
    expect(await elsewhere.browser.text()).to.contain('You can enter codes again');
    await elsewhere.browser.follow('Choose another way');
    await elsewhere.browser.submit({}, 'Use a passkey');
    await givesPasskey(elsewhere.browser, authenticator);
    expect(await elsewhere.browser.heading()).to.equal(ARRIVED);
    expect(claimsOf(elsewhere)).to.deep.include({ acr: 'phr' });
  });
});
