import { expect } from 'chai';
import { registrations } from '../../plugins/sspr/collections.ts';
import { hasAlternateMail } from '../sspr/registering.ts';
import { examine, useChromium } from '../support/browser.ts';
import { ChromiumBrowser } from '../support/chromium-browser.ts';
import { virtualAuthenticator } from '../support/passkeys.ts';
import type { Person, Somebody } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const DAY = 24 * 60 * 60_000;
const ARRIVED = 'Signed in to the app';

/** An older browser, which offers passkeys by a press only: otherwise it would sign in by itself while somebody is present. */
const withoutOffers = ({ page }: ChromiumBrowser): Promise<unknown> =>
  page.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false)');

const policy = { name: 'everybody', methods: ['passkey', 'email'] };

/** Presses what asks for a passkey, and waits for the page that its answer leads to. */
const press = async ({ page }: ChromiumBrowser, label: string): Promise<void> => {
  const target = page
    .getByRole('button', { name: label })
    .or(page.getByRole('link', { name: label }))
    .first();
  const before = page.url();
  await Promise.all([page.waitForURL((url) => url.href !== before), target.click()]);
  await page.waitForLoadState('load');
};

describe('Passkeys in a real browser', () => {
  const chromium = useChromium();
  const world = useWorld({ sspr: { policies: [policy] } });

  const someone = async (name: string, somebody: Somebody = {}) => {
    const browser = new ChromiumBrowser(await chromium.page());
    const person: Person<ChromiumBrowser> = (await world().person(name, somebody)).with(browser);
    return { person, browser, authenticator: await virtualAuthenticator(browser.page) };
  };

  const registers = async ({ person, browser }: Awaited<ReturnType<typeof someone>>): Promise<void> => {
    await person.signsIn();
    await browser.follow('Set up a passkey');
    await press(browser, 'Create the passkey');
    expect(await browser.heading()).to.equal(ARRIVED);
  };

  it('are set up on the way into an app, and look well', async function () {
    this.timeout(180_000);
    const dora = await someone('dora');
    await dora.person.signsIn();
    await dora.browser.follow('Set up a passkey');
    expect(await examine(dora.browser.page, 'register-passkey')).to.deep.equal([]);
    expect(await dora.browser.field('name')).to.equal('Linux');
    await dora.authenticator.verified(false);
    await dora.browser.page.getByRole('button', { name: 'Create the passkey' }).click();
    await dora.browser.page.getByText('No passkey was used.').waitFor();
    expect(await examine(dora.browser.page, 'register-passkey-cancelled')).to.deep.equal([]);
    await dora.authenticator.verified(true);
    await dora.browser.page.reload();
    await press(dora.browser, 'Create the passkey');
    expect(await dora.browser.heading()).to.equal(ARRIVED);
    expect(await dora.authenticator.count()).to.equal(1);
  });

  it('sign somebody in without name and password, by a press on the sign-in page', async function () {
    this.timeout(180_000);
    const eve = await someone('eve');
    await registers(eve);
    const { browser } = eve;
    await withoutOffers(browser);
    await browser.page.context().clearCookies();
    await eve.person.startsSignIn();
    expect(await examine(browser.page, 'sign-in-with-passkeys')).to.deep.equal([]);
    await press(browser, 'Sign in with a passkey');
    expect(await browser.heading()).to.equal(ARRIVED);
    expect(eve.person.outcome().kind).to.equal('signed-in');
  });

  it('are offered where the name is typed, so that picking one signs in', async function () {
    this.timeout(180_000);
    const eve = await someone('eve');
    await registers(eve);
    const { browser, authenticator } = eve;
    await browser.page.context().clearCookies();
    // The picked passkey is the only one there is: this Chromium picks it by itself while somebody is present.
    await eve.person.startsSignIn();
    await browser.page.getByRole('heading', { name: ARRIVED }).waitFor();
    await browser.page.waitForLoadState('load');

    await authenticator.present(false);
    await browser.page.context().clearCookies();
    await eve.person.startsSignIn();
    await browser.page.locator('[autocomplete="username webauthn"]').waitFor();
    expect(await browser.field('username')).to.equal('');
  });

  it('have a page of their own where signing in by one did not work', async function () {
    this.timeout(180_000);
    const eve = await someone('eve');
    await registers(eve);
    const { browser, authenticator } = eve;
    await withoutOffers(browser);
    await authenticator.verified(false);
    await browser.page.context().clearCookies();
    await eve.person.startsSignIn();
    await press(browser, 'Sign in with a passkey');
    expect(await browser.heading()).to.equal('Sign in with a passkey');
    expect(await examine(browser.page, 'sign-in-by-passkey')).to.deep.equal([]);
    await authenticator.verified(true);
    await press(browser, 'Use the passkey');
    expect(await browser.heading()).to.equal(ARRIVED);
  });

  it('are the second factor of whoever gives the password', async function () {
    this.timeout(180_000);
    const fay = await someone('fay');
    await registers(fay);
    const { browser } = fay;
    await withoutOffers(browser);
    await browser.page.context().clearCookies();
    await fay.person.signsIn();
    expect(await browser.heading()).to.equal('Use your passkey');
    expect(await examine(browser.page, 'second-factor-passkey')).to.deep.equal([]);
    await press(browser, 'Use the passkey');
    expect(await browser.heading()).to.equal(ARRIVED);
  });

  it('reset a password in a browser that nobody knows', async function () {
    this.timeout(180_000);
    const gil = await someone('gil');
    await registers(gil);
    const { person, browser } = gil;
    await browser.page.context().clearCookies();
    await person.opensReset();
    await browser.submit({}, 'Use a passkey');
    await world().settle();
    expect(await examine(browser.page, 'reset-passkey')).to.deep.equal([]);
    await press(browser, 'Use the passkey');
    await person.choosesPassword('violet teapots at noon');
    expect(await browser.heading()).to.equal('Your password is changed');
  });

  it('do not sign in any more once they were removed', async function () {
    this.timeout(180_000);
    const hal = await someone('hal');
    await registers(hal);
    const { person, browser } = hal;
    const { store } = world().app.foundation;
    await withoutOffers(browser);
    // The last way in could only be changed.
    await hasAlternateMail(world(), person);
    await world().later(181 * DAY);
    await browser.page.context().clearCookies();
    await person.signsIn();
    await press(browser, 'Use the passkey');
    await browser.submit({}, 'Remove: Passkey “Linux”');
    const left = (await store.get(registrations, person.id))?.methods.map(({ method }) => method);
    expect(left).to.deep.equal(['email']);
    await browser.page.context().clearCookies();
    await person.startsSignIn();
    await press(browser, 'Sign in with a passkey');
    expect(await browser.text()).to.contain('That did not work.');
    expect(await examine(browser.page, 'sign-in-by-passkey-wrong')).to.deep.equal([]);
  });
});
