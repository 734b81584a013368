import { expect } from 'chai';
import { registrations } from '../../plugins/sspr/collections.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import { examine, useChromium } from '../support/browser.ts';
import { ChromiumBrowser } from '../support/chromium-browser.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const NEXT = 'Choose a new password';
const RESET = 'Do you want to reset your password?';
const QUIET = 'Nothing is waiting for your approval.';

describe('Approval with the authenticator in real browsers', () => {
  const chromium = useChromium();
  const world = useWorld({ sspr: { policies: [{ name: 'everybody', methods: ['approval'] }] } });

  const context = async (javaScriptEnabled = true): Promise<ChromiumBrowser> =>
    new ChromiumBrowser(await chromium.page({ javaScriptEnabled }));

  const look = async ({ page }: ChromiumBrowser, name: string): Promise<void> => {
    expect(await examine(page, `approval-${name}`), name).to.deep.equal([]);
  };

  const numberOn = async ({ page }: ChromiumBrowser): Promise<string> => page.locator('.number').innerText();

  const codeOn = async ({ page }: ChromiumBrowser): Promise<string> => {
    await page.getByText('The picture cannot be scanned?').click();
    return page.locator('code.copy').last().innerText();
  };

  const other = (number: string): string => (number === '10' ? '11' : '10');

  interface Hal {
    readonly person: Person<ChromiumBrowser>;
    readonly phone: ChromiumBrowser;
  }

  /** Scans what the desk shows; typing the code is the same, and needs no camera. */
  const scans = async (phone: ChromiumBrowser, code: string): Promise<string> => {
    await phone.open(`${world().issuer}/authenticator`);
    await phone.submit({ code });
    await phone.submit({}, 'Connect this phone');
    await phone.page.getByRole('heading', { name: 'One step left' }).waitFor();
    return numberOn(phone);
  };

  const someone = async (): Promise<Hal> => {
    const person = (await world().person('hal')).with(await context());
    const phone = await context();
    await person.signsIn();
    await person.browser.submit({ name: 'Pixel' });
    const code = await codeOn(person.browser);
    await person.browser.submit({ number: await scans(phone, code) });
    expect(await person.browser.heading()).to.equal(ARRIVED);
    return { person, phone };
  };

  /** Asks in a browser that nobody knows, and gives the number there. */
  const asks = async ({ person }: Hal, browser?: ChromiumBrowser) => {
    const stranger = person.with(browser ?? (await context()));
    await stranger.opensReset();
    await world().settle();
    return { stranger, number: await numberOn(stranger.browser) };
  };

  const opens = async (phone: ChromiumBrowser): Promise<void> => {
    await phone.open(`${world().issuer}/authenticator`);
  };

  /** Before somebody asks anew: the open page would find that by itself, at any moment, and so between two steps here. */
  const closes = async ({ page }: ChromiumBrowser): Promise<void> => {
    await page.goto('about:blank');
  };

  const types = ({ page }: ChromiumBrowser, number: string): Promise<void> =>
    page.getByLabel('Number on the other page').fill(number);

  const answers = async ({ page }: ChromiumBrowser, button: string): Promise<void> => {
    await Promise.all([page.waitForURL(/said=/), page.getByRole('button', { name: button }).click()]);
    await page.waitForLoadState('load');
  };

  it('is set up by a picture and a number, and approves a reset, which then goes on by itself', async function () {
    this.timeout(180_000);
    const known = (await world().person('hal')).with(await context());
    const { browser } = known;
    const phone = await context();
    await known.signsIn();
    await look(browser, 'register');
    await browser.submit({ name: 'Pixel' });
    await look(browser, 'confirm');
    const code = await codeOn(browser);
    await browser.submit({ number: '7' });
    await look(browser, 'confirm-wrong');
    await opens(phone);
    await look(phone, 'authenticator-unpaired');
    await phone.submit({ code });
    await look(phone, 'pair');
    const number = await scans(phone, code);
    await look(phone, 'paired');
    await browser.submit({ number });
    expect(await browser.heading()).to.equal(ARRIVED);
    await phone.follow('Open the authenticator');
    await look(phone, 'authenticator-quiet');

    const { stranger, number: asked } = await asks({ person: known, phone });
    await look(stranger.browser, 'prove');
    // The page on the phone finds the request while it is open.
    await phone.page.getByRole('heading', { name: RESET }).waitFor();
    await look(phone, 'authenticator-asks');
    await types(phone, asked);
    await answers(phone, 'Approve');
    await look(phone, 'authenticator-approved');
    await stranger.browser.page.getByRole('heading', { name: NEXT }).waitFor();
  });

  it('says on an iPhone to connect the page on the home screen, which has not the keys of Safari', async function () {
    this.timeout(180_000);
    const first = 'first add this page to your home screen';
    const atHand = 'To have it at hand, add it to your home screen.';
    for (const [standalone, isTold] of [
      ['false', true],
      ['true', false],
      ['undefined', false],
    ] as const) {
      const person = (await world().person('hal')).with(await context());
      const phone = await context();
      await phone.page.addInitScript(
        `Object.defineProperty(Navigator.prototype, 'standalone', { get: () => ${standalone} });`,
      );
      await opens(phone);
      await phone.page.getByText(first).waitFor({ state: isTold ? 'visible' : 'hidden' });
      if (isTold) await look(phone, 'authenticator-unpaired-iphone');
      await person.signsIn();
      await person.browser.submit({ name: 'Pixel' });
      await phone.submit({ code: await codeOn(person.browser) });
      await phone.page.getByText(first).waitFor({ state: isTold ? 'visible' : 'hidden' });
      if (isTold) await look(phone, 'pair-iphone');
      await phone.submit({}, 'Connect this phone');
      await phone.page.getByRole('heading', { name: 'One step left' }).waitFor();
      await person.browser.submit({ number: await numberOn(phone) });
      await phone.follow('Open the authenticator');
      await phone.page.getByText(QUIET).waitFor();
      await phone.page.getByText(atHand).waitFor({ state: standalone === 'undefined' ? 'visible' : 'hidden' });
    }
  });

  it('approves nothing by a wrong number, nor after a denial, nor after two minutes', async function () {
    this.timeout(180_000);
    const hal = await someone();
    const { phone } = hal;
    const { stranger, number } = await asks(hal);
    await opens(phone);
    await types(phone, other(number));
    await answers(phone, 'Approve');
    await look(phone, 'authenticator-mistyped');
    await closes(phone);
    await stranger.browser.submit({}, 'I have approved it');
    expect(await stranger.browser.text()).to.contain('Nothing has come from the phone yet');
    await look(stranger.browser, 'prove-wrong');
    await stranger.browser.page.getByText('Is nothing shown on the phone?').click();
    await stranger.browser.submit({}, 'Ask once more');
    await world().settle();
    await opens(phone);
    await answers(phone, 'It was not me');
    await look(phone, 'authenticator-denied');
    await closes(phone);
    await world().later(2 * MINUTE);
    await stranger.browser.reload();
    await look(stranger.browser, 'prove-over');
    await stranger.browser.submit({}, 'Ask once more');
    await world().settle();
    await opens(phone);
    // While a number is typed, the page does not change.
    await types(phone, number);
    await world().later(2 * MINUTE);
    await answers(phone, 'Approve');
    expect(await phone.text()).to.contain('This request is over.');
  });

  it('approves nothing in the browser that asks, nor without its key, nor once it was removed', async function () {
    this.timeout(180_000);
    const hal = await someone();
    const { person, phone } = hal;
    await asks(hal, phone);
    await opens(phone);
    await look(phone, 'authenticator-here');
    expect(await phone.offers('Approve')).to.equal(false);
    await closes(phone);

    const { number } = await asks(hal);
    await opens(phone);
    const held = await phone.page.evaluate(
      `new Promise((resolve) => { const opening = indexedDB.open('latchkey-authenticator');
        opening.onsuccess = () => { const keys = opening.result.transaction('keys', 'readwrite').objectStore('keys');
          keys.getAll().onsuccess = ({ target }) => { keys.clear(); resolve(target.result[0].privateKey.extractable); }; }; })`,
    );
    expect(held).to.equal(false);
    await types(phone, number);
    await phone.page.getByRole('button', { name: 'Approve' }).click();
    await phone.page.getByText('This browser has lost its key').waitFor();
    await look(phone, 'authenticator-forgotten');

    const { store } = world().app.foundation;
    const registration = await store.get(registrations, person.id);
    if (!registration) throw new Error('nothing is registered');
    await store.swap(registrations, { ...registration, methods: [] });
    await opens(phone);
    expect(await phone.heading()).to.equal('Authenticator');
    expect(await phone.text()).not.to.contain(QUIET);
  });

  it('opens without a connection, to say so, and says what is missing without a script', async function () {
    this.timeout(180_000);
    const phone = await context();
    await opens(phone);
    await phone.page.evaluate('navigator.serviceWorker.ready.then(() => true)');
    await phone.page.context().setOffline(true);
    await phone.reload();
    expect(await phone.heading()).to.equal('There is no connection');
    await look(phone, 'authenticator-offline');
    await phone.page.context().setOffline(false);
    await phone.follow('Try again');
    expect(await phone.heading()).to.equal('Authenticator');

    const plain = await context(false);
    await opens(plain);
    expect(await plain.text()).to.contain('The authenticator needs JavaScript');
  });
});
