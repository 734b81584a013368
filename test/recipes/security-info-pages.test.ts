import { expect } from 'chai';
import { registrationOf, replacing } from '../../plugins/sspr/registrations.ts';
import { DAY, MINUTE } from '../../src/kernel/clock.ts';
import { examine, useChromium } from '../support/browser.ts';
import { ChromiumBrowser } from '../support/chromium-browser.ts';
import { virtualAuthenticator } from '../support/passkeys.ts';
import type { Person } from '../support/person.ts';
import { hasApp, hasPasskey, shownCode } from '../support/second-factor.ts';
import { useWorld } from '../support/world.ts';

const POLICY = {
  name: 'everybody',
  methods: ['passkey', 'totp', 'recovery', 'email', 'questions'],
  gates: 2,
  rememberSecondFactorDays: 30,
};

describe('The pages on which people look after their account', () => {
  const chromium = useChromium();
  const world = useWorld({ sspr: { policies: [POLICY] } });

  const look = async (browser: ChromiumBrowser, name: string): Promise<void> => {
    expect(await examine(browser.page, `security-info-${name}`), name).to.deep.equal([]);
  };

  const inChromium = async (person: Person): Promise<Person<ChromiumBrowser>> =>
    person.with(new ChromiumBrowser(await chromium.page()));

  const opens = (person: Person<ChromiumBrowser>, path = ''): Promise<void> =>
    person.browser.open(`${world().issuer}/security-info${path}`);

  it('read well on a phone and on a desk, in light and in dark', async function () {
    this.timeout(180_000);
    const person = await world().person('dora', { registered: true });
    await hasApp(world(), person);
    await hasPasskey(world(), person);
    await person.signsIn();
    await person.browser.follow('Choose another way');
    await person.browser.submit({}, 'Type a code from the app');
    await person.browser.submit({ 'one-time-code': shownCode(world(), person), remember: 'yes' });
    world().clock.advance(MINUTE);

    const { store } = world().app.foundation;
    const registration = await registrationOf(store, person.id);
    const methods = registration.methods.map((one) => ({
      ...one,
      ...(one.method === 'email'
        ? { stale: { at: world().clock.now(), reason: 'bounced' as const, dead: false } }
        : {}),
    }));
    await store.commit([replacing(registration, { ...registration, methods, preferred: 'totp' })]);

    const dora = await inChromium(person);
    const { browser } = dora;
    await opens(dora);
    await dora.givesPassword();
    await browser.submit({ 'one-time-code': shownCode(world(), dora) });
    await look(browser, 'overview');
    await browser.follow('Show more');
    await look(browser, 'activity');
    await browser.follow('Back to your account’s security');
    await browser.follow('Choose what a sign-in asks for first');
    await look(browser, 'preferred');
    await opens(dora, '/totp');
    await look(browser, 'add');
    await browser.submit({ name: 'tablet' });
    await look(browser, 'add-code');
    await opens(dora);
    await browser.page.getByRole('link', { name: /^Still mine/ }).click();
    await look(browser, 'doubt');
    await opens(dora);
    await browser.page.getByRole('link', { name: /^Remove: Mail/ }).click();
    await look(browser, 'remove');
    await browser.submit({}, 'Remove it');
    await look(browser, 'removed');
    await browser.page.getByRole('link', { name: /^Remove: Auth/ }).click();
    await look(browser, 'needed');
  });

  it('say from when on anything can be changed after a reset by one gate', async function () {
    this.timeout(180_000);
    const person = await world().person('ida', { registered: true });
    const { store } = world().app.foundation;
    const registration = await registrationOf(store, person.id);
    await store.commit([replacing(registration, { ...registration, holdUntil: world().clock.now() + DAY })]);
    const ida = await inChromium(person);
    await opens(ida);
    await ida.givesPassword();
    await look(ida.browser, 'hold');
    const [first] = registration.methods;
    await opens(ida, `/remove?registered=${encodeURIComponent(first?.id ?? '')}`);
    await look(ida.browser, 'hold-remove');
  });

  it('take a passkey of this device, which the page then names', async function () {
    this.timeout(180_000);
    const pia = await inChromium(await world().person('pia', { registered: true }));
    await virtualAuthenticator(pia.browser.page);
    await opens(pia);
    await pia.givesPassword();
    await pia.browser.follow('Set up a passkey');
    await pia.browser.page.getByRole('button', { name: 'Create the passkey' }).click();
    await pia.browser.page.waitForURL(/\/security-info$/);
    expect(await pia.browser.text()).to.include('Passkey “Linux”');
    expect(await pia.browser.text()).to.include('Added: Passkey');
  });
});
