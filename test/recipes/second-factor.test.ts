import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { claimsOf, hasApp, shownCode, wrongCode } from '../support/second-factor.ts';
import { useWorld } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const ASKED = 'Enter the code from your app';

onEveryEngine('Bob, who registered an authenticator app', (store) => {
  const world = useWorld({ store, sspr: { policies: [{ name: 'everybody', methods: ['email', 'totp'] }] } });

  const bob = async (): Promise<Person> => {
    const person = await world().person('bob', { registered: true });
    await hasApp(world(), person);
    return person;
  };

  it('is asked for its code after the password, and the app is told of both', async () => {
    const person = await bob();
    await person.startsSignIn();
    world().clock.advance(MINUTE);
    await person.givesPassword();
    expect(await person.browser.heading()).to.equal(ASKED);
    world().clock.advance(MINUTE);
    await person.browser.submit({ 'one-time-code': shownCode(world(), person) });
    expect(await person.browser.heading()).to.equal(ARRIVED);
    const { amr, acr, auth_time: at } = claimsOf(person);
    expect(amr).to.have.members(['pwd', 'otp', 'mfa']);
    expect(acr).to.equal('aal2');
    expect(at).to.equal(Math.floor(world().clock.now() / 1000));
  });

  it('is told of a wrong code on the same page, and goes on with a right one', async () => {
    const person = await bob();
    await person.signsIn();
    await person.browser.submit({ 'one-time-code': wrongCode(world(), person) });
    expect(await person.browser.title()).to.match(/^Error: /);
    expect(await person.browser.heading()).to.equal(ASKED);
    await person.browser.submit({ 'one-time-code': shownCode(world(), person) });
    expect(await person.browser.heading()).to.equal(ARRIVED);
  });

  it('is on the same page again after a reload or the address of the sign-in, and nothing is lost', async () => {
    const person = await bob();
    await person.signsIn();
    const { pathname } = await person.browser.url();
    await person.browser.reload();
    expect(await person.browser.heading()).to.equal(ASKED);
    await person.browser.open(pathname.split('/').slice(0, 3).join('/'));
    expect(await person.browser.heading()).to.equal(ASKED);
    await person.browser.submit({ 'one-time-code': shownCode(world(), person) });
    expect(await person.browser.heading()).to.equal(ARRIVED);
  });

  it('is not asked again in the session, by this app or by another', async () => {
    const person = await bob();
    await person.signsIn();
    await person.browser.submit({ 'one-time-code': shownCode(world(), person) });
    await person.startsSignIn({}, world().otherParty);
    expect(await person.browser.heading()).to.equal(ARRIVED);
    await person.startsSignIn({ prompt: 'none' });
    expect(await person.browser.heading()).to.equal(ARRIVED);
  });

  it('is asked in a browser that nobody may have remembered: the box is not there unless the policy allows it', async () => {
    const person = await bob();
    await person.signsIn();
    expect(await person.browser.field('remember')).to.equal(undefined);
  });

  it('chooses another app of his where the first is not at hand', async () => {
    const person = await bob();
    await hasApp(world(), person, 'tablet');
    await person.signsIn();
    await person.browser.submit({ 'one-time-code': shownCode(world(), person, 0, 'tablet') });
    expect(await person.browser.heading()).to.equal(ARRIVED);
  });
});

onEveryEngine('Alice, who has no second factor', (store) => {
  const world = useWorld({ store, sspr: { policies: [{ name: 'everybody', methods: ['email', 'totp'] }] } });

  it('signs in with the password alone where the policy asks those who have one, and the app is told so', async () => {
    const alice = await world().person('alice', { registered: true });
    await alice.signsIn();
    expect(await alice.browser.heading()).to.equal(ARRIVED);
    expect(claimsOf(alice)).to.deep.include({ amr: ['pwd'], acr: 'aal1' });
  });
});

onEveryEngine('Where the policy asks nobody, Bob', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', methods: ['email', 'totp'], secondFactor: 'off' }] },
  });

  it('is asked by an app that wants to know better only', async () => {
    const bob = await world().person('bob', { registered: true });
    await hasApp(world(), bob);
    await bob.signsIn();
    expect(await bob.browser.heading()).to.equal(ARRIVED);
    expect(claimsOf(bob)).to.deep.include({ acr: 'aal1' });
    await bob.startsSignIn({ acr_values: 'aal2' });
    expect(await bob.browser.heading()).to.equal(ASKED);
    await bob.browser.submit({ 'one-time-code': shownCode(world(), bob) });
    expect(claimsOf(bob)).to.deep.include({ acr: 'aal2' });
  });
});
