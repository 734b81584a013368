import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { claimsOf, hasApp, shownCode } from '../support/second-factor.ts';
import { useWorld } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const ASKED = 'Enter the code from your app';

const essential = (value: string): Readonly<Record<string, string>> => ({
  claims: JSON.stringify({ id_token: { acr: { essential: true, values: [value] } } }),
});

onEveryEngine('Bob, signed in with the password, at an app that wants to know better', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', methods: ['email', 'totp'], secondFactor: 'off' }] },
  });

  const signedIn = async (app = true): Promise<Person> => {
    const person = await world().person('bob', { registered: true });
    if (app) await hasApp(world(), person);
    await person.signsIn();
    expect(await person.browser.heading()).to.equal(ARRIVED);
    world().clock.advance(5 * MINUTE);
    return person;
  };

  for (const [how, parameters] of [
    ['by a wish', { acr_values: 'aal2' }],
    ['by an essential claim', essential('aal2')],
  ] as const) {
    it(`is asked for the second factor only, ${how}, and his session stays as old as it is`, async () => {
      const bob = await signedIn();
      const before = claimsOf(bob)['auth_time'];
      await bob.startsSignIn(parameters);
      expect(await bob.browser.heading()).to.equal(ASKED);
      await bob.browser.submit({ 'one-time-code': shownCode(world(), bob) });
      expect(await bob.browser.heading()).to.equal(ARRIVED);
      const { acr, amr, auth_time: at } = claimsOf(bob);
      expect(acr).to.equal('aal2');
      expect(amr).to.have.members(['pwd', 'otp', 'mfa']);
      expect(at).to.equal(before);
      await bob.startsSignIn(parameters);
      expect(await bob.browser.heading()).to.equal(ARRIVED);
    });
  }

  it('goes on without it where the app only wishes for it', async () => {
    const bob = await signedIn();
    await bob.startsSignIn({ acr_values: 'aal2' });
    await bob.browser.follow('I cannot use this now');
    expect(await bob.browser.offers('Sign in as somebody else')).to.equal(false);
    await bob.browser.submit({}, 'Go on without it');
    expect(claimsOf(bob)).to.deep.include({ acr: 'aal1', amr: ['pwd'] });
  });

  it('goes on without it also where he has just given the password', async () => {
    const bob = await signedIn();
    await bob.startsSignIn({ prompt: 'login', acr_values: 'aal2' });
    await bob.givesPassword();
    expect(await bob.browser.heading()).to.equal(ASKED);
    await bob.browser.follow('I cannot use this now');
    await bob.browser.submit({}, 'Go on without it');
    const now = Math.floor(world().clock.now() / 1000);
    expect(claimsOf(bob)).to.deep.include({ acr: 'aal1', amr: ['pwd'], auth_time: now });
  });

  it('does not get in where it is essential and he cannot', async () => {
    const bob = await signedIn();
    await bob.startsSignIn(essential('aal2'));
    await bob.browser.follow('I cannot use this now');
    await bob.browser.submit({}, 'Cancel and go back to The app');
    expect(claimsOf(bob)).to.deep.equal({ error: 'unmet_authentication_requirements' });
    await bob.startsSignIn();
    expect(claimsOf(bob)).to.deep.include({ acr: 'aal1' });
  });

  it('is not asked for what he has no way to prove', async () => {
    const bob = await signedIn(false);
    await bob.startsSignIn({ acr_values: 'aal2' });
    expect(claimsOf(bob)).to.deep.include({ acr: 'aal1' });
    await bob.startsSignIn(essential('aal2'));
    expect(claimsOf(bob)).to.deep.equal({ error: 'unmet_authentication_requirements' });
  });

  it('is asked for password and code where the app wants both anew', async () => {
    const bob = await signedIn();
    await bob.startsSignIn({ ...essential('aal2'), max_age: '60' });
    await bob.givesPassword();
    expect(await bob.browser.heading()).to.equal(ASKED);
    await bob.browser.submit({ 'one-time-code': shownCode(world(), bob) });
    expect(claimsOf(bob)).to.deep.include({ acr: 'aal2', auth_time: Math.floor(world().clock.now() / 1000) });
  });
});
