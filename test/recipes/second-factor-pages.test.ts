import { expect } from 'chai';
import { DAY } from '../../src/kernel/clock.ts';
import { registrationOf, replacing } from '../../plugins/sspr/registrations.ts';
import { examine, useChromium } from '../support/browser.ts';
import { ChromiumBrowser } from '../support/chromium-browser.ts';
import type { Person } from '../support/person.ts';
import { hasApp, hasPasskey, shownCode, wrongCode } from '../support/second-factor.ts';
import { useWorld } from '../support/world.ts';

const REQUIRED = { name: 'strict', groups: ['strict'], gates: 2, methods: ['email', 'totp'], secondFactor: 'required' };

const USUAL = { name: 'everybody', methods: ['email', 'passkey', 'totp'], rememberSecondFactorDays: 30 };

describe('The pages of the second factor', () => {
  const chromium = useChromium();
  const world = useWorld({ sspr: { policies: [REQUIRED, USUAL] } });

  const look = async (browser: ChromiumBrowser, name: string): Promise<void> => {
    expect(await examine(browser.page, `factor-${name}`), name).to.deep.equal([]);
  };

  const inChromium = async (person: Person): Promise<Person<ChromiumBrowser>> =>
    person.with(new ChromiumBrowser(await chromium.page()));

  it('read well on a phone and on a desk, in light and in dark', async function () {
    this.timeout(180_000);
    const person = await world().person('bob', { registered: true });
    await hasApp(world(), person);
    const bob = await inChromium(person);
    const { browser } = bob;
    await bob.signsIn();
    await look(browser, 'code');
    await browser.submit({ 'one-time-code': wrongCode(world(), bob), remember: 'yes' });
    await look(browser, 'code-wrong');
    await browser.follow('I cannot use this now');
    await look(browser, 'lost');
    await browser.follow('Go back');
    await browser.submit({ 'one-time-code': shownCode(world(), bob), remember: 'yes' });
    expect(await browser.heading()).to.equal('Signed in to the app');
    await bob.signsIn({ prompt: 'login' });
    expect(await browser.heading()).to.equal('Signed in to the app');
    await bob.startsSignIn({ acr_values: 'aal2' });
    await browser.follow('I cannot use this now');
    await look(browser, 'lost-step-up');
  });

  it('offer the strongest way first, and all of them to choose from', async function () {
    this.timeout(180_000);
    const person = await world().person('pat', { registered: true });
    await hasApp(world(), person);
    await hasPasskey(world(), person);
    const pat = await inChromium(person);
    await pat.signsIn();
    await look(pat.browser, 'passkey');
    await pat.browser.follow('Choose another way');
    await look(pat.browser, 'ways');
    await pat.browser.submit({}, 'Type a code from the app');
    await pat.browser.submit({ 'one-time-code': shownCode(world(), pat) });
    expect(await pat.browser.heading()).to.equal('Signed in to the app');
  });

  it('say what is missing where nothing can be proved, and why one is set up', async function () {
    this.timeout(180_000);
    const person = await world().person('ida', { registered: true, groups: ['strict'] });
    const ida = await inChromium(person);
    await ida.signsIn();
    await look(ida.browser, 'register');
    const { store } = world().app.foundation;
    const registration = await registrationOf(store, person.id);
    await store.commit([replacing(registration, { ...registration, holdUntil: world().clock.now() + DAY })]);
    const again = await inChromium(person);
    await again.signsIn();
    await look(again.browser, 'help');
  });

  it('say until when no codes are taken', async function () {
    this.timeout(180_000);
    const person = await world().person('max', { registered: true });
    await hasApp(world(), person);
    const max = await inChromium(person);
    await max.signsIn();
    for (let left = 5; left > 0; left -= 1) {
      await max.browser.submit({ 'one-time-code': wrongCode(world(), max) });
    }
    await look(max.browser, 'paused');
  });
});
