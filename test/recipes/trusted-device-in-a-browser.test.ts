import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DAY } from '../../src/kernel/clock.ts';
import { hasAlternateMail } from '../sspr/registering.ts';
import { examine, useChromium } from '../support/browser.ts';
import { ChromiumBrowser } from '../support/chromium-browser.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const NEXT = 'Choose a new password';
const SET_UP = 'Use this device for resets';
const USE = 'Use this device';
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';

/** All that the trusted device keeps; evaluated there. */
const KEPT = (then: string) => `new Promise((resolve, reject) => {
  const opening = indexedDB.open('latchkey-device');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const keys = opening.result.transaction('keys', 'readwrite').objectStore('keys');
    keys.getAll().onsuccess = ({ target: { result } }) => { ${then} };
  };
})`;

describe('A trusted device in a real browser', () => {
  const chromium = useChromium();
  const policy = { name: 'everybody', methods: ['passkey', 'device', 'email'], secondFactor: 'off', reconfirmDays: 0 };
  const world = useWorld({ sspr: { policies: [policy] } });
  const folders: string[] = [];

  after(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  const look = async ({ page }: ChromiumBrowser, name: string): Promise<void> => {
    expect(await examine(page, `trusted-device-${name}`), name).to.deep.equal([]);
  };

  const presses = async ({ page }: ChromiumBrowser, button: string): Promise<void> => {
    await Promise.all([
      page.waitForEvent('framenavigated'),
      page.getByRole('button', { name: button, exact: true }).click(),
    ]);
    await page.waitForLoadState('load');
  };

  const someone = async (userName: string, options?: Parameters<typeof chromium.page>[0], registered = false) => {
    const person = await world().person(userName, { registered });
    return person.with(new ChromiumBrowser(await chromium.page(options)));
  };

  const setsUp = async (person: Person<ChromiumBrowser>): Promise<void> => {
    await person.signsIn();
    await person.browser.follow(SET_UP);
    await presses(person.browser, SET_UP);
    expect(await person.browser.heading()).to.equal(ARRIVED);
  };

  const opensGate = async (person: Person<ChromiumBrowser>): Promise<void> => {
    await person.opensReset();
    await world().settle();
    if (!(await person.browser.url()).pathname.endsWith('/device')) await person.browser.open('/reset/prove/device');
  };

  it('is set up by a press, is there after the browser was closed, resets a password, and is taken back', async function () {
    this.timeout(180_000);
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-profile-'));
    folders.push(folder);
    const person = await world().person('tom');
    const first = await chromium.profile(folder);
    const before = person.with(new ChromiumBrowser(await first.newPage()));
    await before.signsIn();
    await before.browser.follow(SET_UP);
    await look(before.browser, 'register');
    await presses(before.browser, SET_UP);
    expect(await before.browser.heading()).to.equal(ARRIVED);
    await hasAlternateMail(world(), person);
    const cookies = await first.cookies();
    expect(cookies.find(({ name }) => name === 'device')).to.deep.include({
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
    });
    await first.close();

    const second = await chromium.profile(folder);
    const tom = person.with(new ChromiumBrowser(await second.newPage()));
    const { browser } = tom;
    await opensGate(tom);
    await look(browser, 'prove');
    await presses(browser, USE);
    expect(await browser.heading()).to.equal(NEXT);
    await tom.choosesPassword('violet teapots at noon');

    await browser.open(`${world().issuer}/security-info`);
    await tom.givesPassword();
    await look(browser, 'listed');
    expect(await browser.text()).to.match(/Trusted device: [^,]+, Linux/);
    await world().later(2 * DAY);
    await browser.open(`${world().issuer}/security-info`);
    await tom.givesPassword();
    await browser.follow(SET_UP);
    expect(await browser.text()).to.contain('This browser is set up already.');
    await look(browser, 'register-again');
    await browser.open(`${world().issuer}/security-info`);
    await browser.page.getByRole('link', { name: /^Remove: Trusted/ }).click();
    await browser.submit({}, 'Remove it');
    expect(await browser.text()).to.contain('It is removed.');
    await tom.opensReset();
    expect(await browser.offers(USE)).to.equal(false);
  });

  it('keeps a key that no script takes out, and says so where it is lost', async function () {
    this.timeout(180_000);
    const uma = await someone('uma');
    const { browser } = uma;
    await setsUp(uma);
    await opensGate(uma);
    const usable = await browser.page.evaluate<boolean[]>(
      KEPT('resolve(result.map(({ privateKey }) => privateKey.extractable))'),
    );
    expect(usable).to.deep.equal([false]);
    expect(await browser.page.evaluate<string>('document.cookie')).to.equal('');
    await browser.page.evaluate(KEPT('keys.clear(); resolve();'));
    await browser.page.getByRole('button', { name: USE, exact: true }).click();
    await browser.page.getByText('This browser has lost its key').waitFor();
    await look(browser, 'forgotten');
    expect(await browser.heading()).to.equal(USE);
  });

  it('refuses on the page of somebody else, with other ways', async function () {
    this.timeout(180_000);
    const vic = await someone('vic');
    await setsUp(vic);
    const will = (await world().person('will', { registered: true })).with(vic.browser);
    await will.opensReset();
    await will.browser.submit({}, USE);
    await world().settle();
    await will.browser.open('/reset/prove/device');
    await presses(will.browser, USE);
    expect(await will.browser.text()).to.contain('That did not work.');
    expect(await will.browser.offers('Choose another way')).to.equal(true);
    await look(will.browser, 'prove-wrong');
  });

  it('says where a browser forgets keys, where there is no script, and when its time is over', async function () {
    this.timeout(180_000);
    const xena = await someone('xena', { userAgent: SAFARI });
    await xena.signsIn();
    await xena.browser.follow(SET_UP);
    expect(await xena.browser.text()).to.contain('once you have not come here for seven days');
    await look(xena.browser, 'register-forgetful');
    await xena.browser.follow('Set up a passkey instead');
    expect(await xena.browser.heading()).to.equal('Set up a passkey');

    const yan = await someone('yan', { javaScriptEnabled: false });
    await yan.signsIn();
    await yan.browser.follow(SET_UP);
    expect(await yan.browser.text()).to.contain('This needs JavaScript');
    await yan.browser.follow('Choose another way');
    expect(await yan.browser.offers('Add an address')).to.equal(true);

    const zoe = await someone('zoe', undefined, true);
    await zoe.signsIn();
    await zoe.browser.open(`${world().issuer}/security-info/device`);
    await presses(zoe.browser, SET_UP);
    await world().later(180 * DAY);
    await zoe.signsIn();
    expect(await zoe.browser.text()).to.contain('Its time is over.');
    await look(zoe.browser, 'over');
  });
});
