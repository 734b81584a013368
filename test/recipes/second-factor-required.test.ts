import { expect } from 'chai';
import { DAY } from '../../src/kernel/clock.ts';
import { registrations } from '../../plugins/sspr/collections.ts';
import { registrationOf, replacing } from '../../plugins/sspr/registrations.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { claimsOf, codeOf, hasApp, shownCode } from '../support/second-factor.ts';
import { useWorld, type World } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const SET_UP = 'Set up a second way to sign in';
const HELP = 'You need help to sign in';

const REQUIRED = { name: 'everybody', gates: 2, methods: ['email', 'totp'], secondFactor: 'required' };

/** As after a reset by one gate, in the days before the policy asked for two. */
const held = async ({ app, clock }: World, person: Person): Promise<void> => {
  const { store } = app.foundation;
  const registration = await registrationOf(store, person.id);
  await store.commit([replacing(registration, { ...registration, holdUntil: clock.now() + DAY })]);
};

onEveryEngine('Where everybody must have a second factor, Alice', (store) => {
  const world = useWorld({ store, sspr: { policies: [{ ...REQUIRED, enforcement: 'nag', snoozeDays: 14 }] } });

  it('registers one on the way to the app, on the same request, and cannot put that off', async () => {
    const alice = await world().person('alice', { registered: true });
    await alice.signsIn();
    expect(await alice.browser.offers('Not now')).to.equal(false);
    expect(await alice.browser.heading()).to.equal(SET_UP);
    await alice.browser.follow('Set up an app');
    await alice.browser.submit();
    const key = /<code[^>]*>([A-Z2-7 ]+)<\/code>/.exec(alice.browser.body)?.[1] ?? '';
    await alice.browser.submit({ 'one-time-code': codeOf(world(), key) });
    expect(await alice.browser.heading()).to.equal(ARRIVED);
    expect(claimsOf(alice)).to.deep.include({ amr: ['pwd'], acr: 'aal1' });
    world().clock.advance(60_000);
    await alice.signsIn({ prompt: 'login' });
    await alice.browser.submit({ 'one-time-code': codeOf(world(), key) });
    expect(claimsOf(alice)).to.deep.include({ acr: 'aal2' });
  });

  it('may choose eight characters, since nobody signs in by them alone', async () => {
    const alice = await world().person('alice', { registered: true });
    await hasApp(world(), alice);
    await alice.opensReset();
    await alice.browser.submit({ method: 'email' });
    await world().settle();
    await alice.typesCode();
    await alice.browser.submit({ 'one-time-code': shownCode(world(), alice) });
    expect(await alice.browser.text()).to.contain('At least 8 characters');
    await alice.choosesPassword('kQ7vu2p');
    expect(await alice.browser.heading()).to.equal('Choose a new password');
    await alice.choosesPassword('kQ7vu2pz');
    expect(await alice.browser.heading()).to.equal('Your password is changed');
  });

  it('gets no silent answer meanwhile', async () => {
    const alice = await world().person('alice', { registered: true });
    await alice.signsIn();
    await alice.startsSignIn({ prompt: 'none' });
    expect(claimsOf(alice)).to.deep.equal({ error: 'interaction_required' });
  });

  it('is led to help for the day after a reset by one gate, told until when, and gets on afterwards', async () => {
    const alice = await world().person('alice', { registered: true });
    await held(world(), alice);
    await alice.signsIn();
    expect(await alice.browser.heading()).to.equal(HELP);
    expect(await alice.browser.text()).to.contain('nothing can be set up right after that');
    expect(await alice.browser.text()).to.contain('help@example.test');
    await world().later(DAY);
    await alice.signsIn();
    expect(await alice.browser.heading()).to.equal(SET_UP);
  });

  it('goes back to the app from there, which is told that nobody signed in', async () => {
    const alice = await world().person('alice', { registered: true });
    await held(world(), alice);
    await alice.signsIn();
    await alice.browser.submit({}, 'Cancel and go back to The app');
    expect(claimsOf(alice)).to.deep.equal({ error: 'access_denied' });
  });
});

onEveryEngine('What opened the only gate of a reset', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', gates: 1, methods: ['email', 'totp'] }] },
  });

  const resetByApp = async (): Promise<Person> => {
    const bob = (await world().person('bob', { registered: true })).with(world().browser());
    await hasApp(world(), bob);
    await bob.opensReset();
    await bob.browser.submit({}, 'Type a code from the app');
    await world().settle();
    await bob.browser.submit({ 'one-time-code': shownCode(world(), bob) });
    await bob.choosesPassword('violet teapots at noon');
    return bob;
  };

  it('is no second factor for a day', async () => {
    const bob = await resetByApp();
    await bob.signsIn();
    expect(await bob.browser.heading()).to.equal(ARRIVED);
    expect(claimsOf(bob)).to.deep.include({ acr: 'aal1' });
    await bob.startsSignIn({ acr_values: 'aal2' });
    expect(claimsOf(bob)).to.deep.include({ acr: 'aal1' });
    await world().later(DAY);
    await bob.signsIn({ prompt: 'login' });
    expect(await bob.browser.heading()).to.equal('Enter the code from your app');
  });

  it('leaves another one in its place, whose proof ends the wait for new methods', async () => {
    const bob = await resetByApp();
    await hasApp(world(), bob, 'tablet');
    await bob.signsIn();
    await bob.browser.submit({ 'one-time-code': shownCode(world(), bob, 1) });
    expect(await bob.browser.title()).to.match(/^Error: /);
    await bob.browser.submit({ 'one-time-code': shownCode(world(), bob, 0, 'tablet') });
    expect(await bob.browser.heading()).to.equal(ARRIVED);
    const registration = await world().app.foundation.store.get(registrations, bob.id);
    expect(registration?.holdUntil).to.equal(0);
  });
});
