import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { hasApp, shownCode, wrongCode } from '../support/second-factor.ts';
import { useWorld } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const ASKED = 'Enter the code from your app';

onEveryEngine('Bob, who registered an authenticator app,', (store) => {
  const world = useWorld({ store, sspr: { policies: [{ name: 'everybody', methods: ['email', 'totp'] }] } });

  const bob = async (): Promise<Person> => {
    const person = await world().person('bob', { registered: true });
    await hasApp(world(), person);
    return person;
  };

  const claims = (person: Person): Readonly<Record<string, unknown>> => {
    const outcome = person.outcome();
    return outcome.kind === 'signed-in' ? outcome.claims : { error: outcome.error };
  };

  it('is asked for its code after the password, and the app is told of both', async () => {
    const person = await bob();
    await person.signsIn();
    expect(await person.browser.heading()).to.equal(ASKED);
    await person.browser.submit({ 'one-time-code': shownCode(world(), person) });
    expect(await person.browser.heading()).to.equal(ARRIVED);
    const { amr, acr, auth_time: at } = claims(person);
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
});
