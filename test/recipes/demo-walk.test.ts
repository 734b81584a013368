import { expect } from 'chai';
import { examine, useChromium } from '../support/browser.ts';
import { ChromiumBrowser } from '../support/chromium-browser.ts';
import { onEveryEngine } from '../support/engines.ts';
import { useWorld } from '../support/world.ts';

const NEW_PASSWORD = 'violet teapots at noon';

onEveryEngine('A newcomer walks the loop of the README in a real browser', function (store) {
  const chromium = useChromium();
  const world = useWorld({
    store,
    config: { demo: { enabled: true } },
    // As it is where nothing is configured.
    sspr: { policies: [{ name: 'everybody' }] },
    mailbox: true,
  });

  const openBrowser = async (): Promise<ChromiumBrowser> => new ChromiumBrowser(await chromium.page());

  /** The demo page shows it until it is changed. */
  const shownPassword = async (browser: ChromiumBrowser, userName: string): Promise<string> => {
    await browser.open(`${world().issuer}/demo`);
    const person = browser.page.locator('dt', { hasText: userName });
    return await person.locator('xpath=following-sibling::dd//code').first().innerText();
  };

  /** The demo page shows what his app would. */
  const codeOfBobsApp = async (browser: ChromiumBrowser): Promise<string> => {
    const tab = await browser.page.context().newPage();
    await tab.goto(`${world().issuer}/demo`);
    const code = await tab.locator('dd', { hasText: 'Code of the authenticator app now' }).locator('code').innerText();
    await tab.close();
    return code;
  };

  /** Reads the newest message on the mailbox page, in a tab of its own. */
  const mailbox = async (browser: ChromiumBrowser): Promise<ChromiumBrowser> => {
    await world().settle();
    const tab = new ChromiumBrowser(await browser.page.context().newPage());
    await tab.open(`${world().issuer}/dev/mailbox`);
    return tab;
  };

  const codeFromMailbox = async (browser: ChromiumBrowser): Promise<string> => {
    const tab = await mailbox(browser);
    const code = await tab.page.locator('.message[open] code').first().innerText();
    await tab.page.close();
    return code;
  };

  it('signs in as alice, registers on the way, signs out, forgets the password, resets it, and signs in with it', async function () {
    this.timeout(60_000);
    const browser = await openBrowser();
    const password = await shownPassword(browser, 'alice');
    await browser.submit({}, 'Sign in');
    await browser.submit({ username: 'alice', 'current-password': password });
    expect(await browser.heading()).to.equal('Set up a way back in');
    await browser.follow('Add an address');
    await browser.submit({ email: 'alice@home.localhost' });
    await browser.submit({ 'one-time-code': await codeFromMailbox(browser) });
    expect(await browser.heading()).to.equal('Hello, Alice Ahlberg');
    expect(await browser.text()).to.contain('alice@demo.localhost');

    await browser.submit({}, 'Sign out');
    if (await browser.offers('logout=yes')) await browser.submit({}, 'logout=yes');
    expect(await browser.heading()).to.equal('A demo app');

    await browser.submit({}, 'Sign in');
    await browser.follow('Forgot your password?');
    await browser.submit({ username: 'alice' });
    // She signed in here before, so her own way back is shown, masked.
    expect(await browser.text()).to.contain('@');
    await browser.submit({ 'one-time-code': await codeFromMailbox(browser) });
    await browser.submit({ 'new-password': NEW_PASSWORD });
    expect(await browser.heading()).to.equal('Your password is changed');
    await browser.follow('Go back and sign in');
    expect(await browser.field('username')).to.equal('alice');
    await browser.submit({ 'current-password': NEW_PASSWORD });
    expect(await browser.heading()).to.equal('Hello, Alice Ahlberg');
  });

  it("follows the link in bob's mail in the same browser, in another tab", async function () {
    this.timeout(60_000);
    const browser = await openBrowser();
    await browser.open(`${world().issuer}/demo`);
    await browser.submit({}, 'Sign in');
    await browser.follow('Forgot your password?');
    await browser.submit({ username: 'bob' });
    await browser.submit({}, 'Send a code');
    const tab = await mailbox(browser);
    await tab.page.locator('.message[open] pre a').first().click();
    await tab.page.waitForURL('**/reset/link');
    expect(await tab.text()).to.contain('This link resets the password of bob.');
    await tab.submit();
    await tab.submit({ 'new-password': NEW_PASSWORD });
    await tab.follow('Go back and sign in');
    await tab.submit({ 'current-password': NEW_PASSWORD });
    expect(await tab.heading()).to.equal('Enter the code from your app');
    await tab.submit({ 'one-time-code': await codeOfBobsApp(browser) });
    expect(await tab.heading()).to.equal('Hello, Bob Bergmann');
  });

  it('opens the link on a phone, where the reset ends with the way back to the app', async function () {
    this.timeout(60_000);
    const desk = await openBrowser();
    await desk.open(`${world().issuer}/demo`);
    await desk.submit({}, 'Sign in');
    await desk.follow('Forgot your password?');
    await desk.submit({ username: 'bob' });
    await desk.submit({}, 'Send a code');
    const phone = await mailbox(await openBrowser());
    await phone.page.locator('.message[open] pre a').first().click();
    await phone.page.waitForURL('**/reset/link');
    expect(await phone.text()).to.contain('That was another browser than this one.');
    await phone.submit();
    await phone.submit({ 'new-password': 'seven lanterns in the fog' });
    expect(await phone.text()).to.contain('go back to your app on the other device');
  });

  it('reads every message on a page that reads well itself, and as a mail program would show it', async function () {
    this.timeout(60_000);
    const browser = await openBrowser();
    await browser.open(`${world().issuer}/reset`);
    await browser.submit({ username: 'bob' });
    await browser.submit({}, 'Send a code');
    const tab = await mailbox(browser);
    expect(await examine(tab.page, 'mailbox')).to.deep.equal([]);
    await tab.page.locator('.message[open]').getByText('Open it as a mail program shows it').click();
    await tab.page.waitForURL('**/dev/mailbox/*');
    await tab.page.locator('a').first().click();
    await tab.page.waitForURL('**/reset/link');
    expect(await tab.text()).to.contain('This link resets the password of bob.');
  });
});
