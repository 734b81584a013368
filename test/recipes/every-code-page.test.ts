import { expect } from 'chai';
import { examine, useChromium } from '../support/browser.ts';
import { ChromiumBrowser } from '../support/chromium-browser.ts';
import { codeApp, keyLinkIn } from '../support/code-app.ts';
import type { Person } from '../support/person.ts';
import { codeGenerator } from '../support/tokens.ts';
import { useWorld } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const CODE = 'one-time-code';

describe('Every page about codes of an app or a code generator reads well on a phone and on a desk', () => {
  const chromium = useChromium();
  const world = useWorld({ sspr: { policies: [{ name: 'everybody', methods: ['token', 'totp', 'email'] }] } });

  const someone = async (userName: string): Promise<Person<ChromiumBrowser>> => {
    const person = await world().person(userName);
    return person.with(new ChromiumBrowser(await chromium.page()));
  };

  const look = async (browser: ChromiumBrowser, name: string): Promise<void> => {
    expect(await examine(browser.page, name), name).to.deep.equal([]);
  };

  it('from setting the app up to a reset by it', async () => {
    const dora = await someone('dora');
    const { browser } = dora;
    await dora.signsIn();
    await browser.follow('Set up an app');
    await look(browser, 'totp-register');
    await browser.submit({ name: 'phone and the longest name that is taken' });
    await look(browser, 'totp-confirm');
    await browser.page.locator('summary').first().click();
    await look(browser, 'totp-confirm-key');
    const app = codeApp(keyLinkIn(await browser.page.content()), world().clock);
    await browser.submit({ [CODE]: '000000' });
    await look(browser, 'totp-confirm-wrong');
    await browser.submit({ [CODE]: app.code() });
    expect(await browser.heading()).to.equal(ARRIVED);

    await world().later(30_000);
    await dora.opensReset();
    await look(browser, 'totp-prove');
    for (let count = 0; count < 5; count += 1) await browser.submit({ [CODE]: '000000' });
    await look(browser, 'totp-paused');
  });

  it('from activating a code generator to a reset by it', async () => {
    const erik = await someone('erik');
    const { browser } = erik;
    await codeGenerator(world(), erik.userName, 'A-1001');
    await erik.signsIn();
    await look(browser, 'token-open');
    await browser.follow('Activate the device');
    await look(browser, 'token-register');
    const { code } = await codeGenerator(world(), erik.userName, 'A-1002');
    await browser.reload();
    await look(browser, 'token-register-two');
    await browser.submit({ serial: 'A-1002' });
    await look(browser, 'token-confirm');
    await browser.submit({ 'First code': code(0), 'Next code': code(0) });
    await look(browser, 'token-confirm-wrong');
    await browser.submit({ 'First code': code(0), 'Next code': code(1) });
    expect(await browser.heading()).to.equal(ARRIVED);

    await erik.opensReset();
    await look(browser, 'token-prove');
    await browser.submit({ [CODE]: code(1) });
    await look(browser, 'token-prove-wrong');
    await browser.submit({ [CODE]: code(2) });
    expect(await browser.heading()).to.equal('Choose a new password');
  });
});
