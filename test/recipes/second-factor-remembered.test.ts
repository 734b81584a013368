import { expect } from 'chai';
import { DAY } from '../../src/kernel/clock.ts';
import { registrationOf, replacing } from '../../plugins/sspr/registrations.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { claimsOf, hasApp, shownCode } from '../support/second-factor.ts';
import { useWorld } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const ASKED = 'Enter the code from your app';

onEveryEngine('Bob, whose browser may be remembered for thirty days,', (store) => {
  const world = useWorld({
    store,
    sspr: { policies: [{ name: 'everybody', methods: ['email', 'totp'], rememberSecondFactorDays: 30 }] },
  });

  const answers = async (person: Person, filling: Readonly<Record<string, string>> = {}): Promise<void> => {
    await person.browser.submit({ 'one-time-code': shownCode(world(), person), ...filling });
    expect(await person.browser.heading()).to.equal(ARRIVED);
  };

  /** Signed in once, with the box ticked. */
  const remembered = async (): Promise<Person> => {
    const person = await world().person('bob', { registered: true });
    await hasApp(world(), person);
    await person.signsIn();
    await answers(person, { remember: 'yes' });
    return person;
  };

  const again = (person: Person, parameters = {}): Promise<void> => person.signsIn({ prompt: 'login', ...parameters });

  it('is not asked there again until the days are over, and the app is told what was proved', async () => {
    const bob = await remembered();
    await world().later(29 * DAY);
    await again(bob);
    expect(await bob.browser.heading()).to.equal(ARRIVED);
    expect(claimsOf(bob)).to.deep.include({ amr: ['pwd'], acr: 'aal1' });
    await world().later(2 * DAY);
    await again(bob);
    expect(await bob.browser.heading()).to.equal(ASKED);
  });

  it('is asked every time without the box', async () => {
    const bob = await world().person('bob', { registered: true });
    await hasApp(world(), bob);
    await bob.signsIn();
    expect(await bob.browser.text()).to.contain('Do not ask again in this browser for 30 days');
    await answers(bob);
    await again(bob);
    expect(await bob.browser.heading()).to.equal(ASKED);
  });

  it('keeps the tick over a wrong code', async () => {
    const bob = await world().person('bob', { registered: true });
    await hasApp(world(), bob);
    await bob.signsIn();
    await bob.browser.submit({ 'one-time-code': 'wrong', remember: 'yes' });
    expect(bob.browser.body).to.match(/name="remember" value="yes"[^>]* checked/);
  });

  it('is asked in another browser', async () => {
    const bob = (await remembered()).with(world().browser());
    await bob.signsIn();
    expect(await bob.browser.heading()).to.equal(ASKED);
  });

  it('is asked where the app wants more than the password', async () => {
    const bob = await remembered();
    await again(bob, { acr_values: 'aal2' });
    expect(await bob.browser.heading()).to.equal(ASKED);
    world().clock.advance(60_000);
    await answers(bob);
    expect(claimsOf(bob)).to.deep.include({ acr: 'aal2' });
  });

  it('is asked again once a second factor was removed', async () => {
    const bob = await remembered();
    await hasApp(world(), bob, 'tablet', { addedAt: 1 });
    const { store: documents } = world().app.foundation;
    const registration = await registrationOf(documents, bob.id);
    await documents.commit([replacing(registration, { ...registration, confirmedAt: 1 })]);
    await again(bob);
    world().clock.advance(60_000);
    await bob.browser.submit({ 'one-time-code': shownCode(world(), bob), remember: 'yes' });
    expect(await bob.browser.heading()).to.equal('Are these still yours?');
    await bob.browser.submit({ registered: `phone of ${bob.userName}` });
    await bob.browser.submit({}, 'Yes, all are still mine');
    expect(await bob.browser.heading()).to.equal(ARRIVED);
    await again(bob);
    expect(await bob.browser.heading()).to.equal(ASKED);
    await bob.browser.submit({ 'one-time-code': shownCode(world(), bob, 0, 'tablet') });
    expect(await bob.browser.heading()).to.equal(ARRIVED);
  });

  it('is asked again after a reset', async () => {
    const bob = await remembered();
    await bob.opensReset();
    await bob.browser.open('/reset/prove/email');
    await bob.browser.submit({}, 'Send the code');
    await bob.typesCode();
    await bob.choosesPassword('violet teapots at noon');
    await bob.signsIn();
    expect(await bob.browser.heading()).to.equal(ASKED);
  });
});
