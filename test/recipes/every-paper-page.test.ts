import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { DAY } from '../../src/kernel/clock.ts';
import { examine, useChromium } from '../support/browser.ts';
import { ChromiumBrowser } from '../support/chromium-browser.ts';
import { pass } from '../support/passes.ts';
import type { Person } from '../support/person.ts';
import { codesOn, hasRecoveryCodes } from '../support/recovery-codes.ts';
import { useWorld } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const CODE = 'one-time-code';

describe('Every page about recovery codes and passes reads well on a phone and on a desk', function () {
  this.timeout(180_000);
  const chromium = useChromium();
  const world = useWorld({ sspr: { policies: [{ name: 'everybody', methods: ['recovery', 'email'] }] } });

  const someone = async (userName: string): Promise<Person<ChromiumBrowser>> => {
    const person = await world().person(userName);
    return person.with(new ChromiumBrowser(await chromium.page()));
  };

  const look = async (browser: ChromiumBrowser, name: string): Promise<void> => {
    expect(await examine(browser.page, name), name).to.deep.equal([]);
  };

  it('from making codes, which can be saved, printed and copied, to a reset by one', async () => {
    const dora = await someone('dora');
    const { browser } = dora;
    await dora.signsIn();
    await browser.follow('Make recovery codes');
    await look(browser, 'recovery-register');
    await browser.submit({}, 'Show the codes');
    await look(browser, 'recovery-confirm');
    const codes = await codesOn(browser);

    const saving = browser.page.waitForEvent('download');
    await browser.page.getByRole('link', { name: 'Save as a file' }).click();
    const saved = await saving;
    expect(saved.suggestedFilename()).to.equal('recovery-codes.txt');
    const text = await readFile(await saved.path(), 'utf8');
    expect(text).to.contain('Recovery codes for dora at Example').and.contain('Each code works once.');
    expect(text.match(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\r$/gm)?.map((line) => line.trim())).to.deep.equal(codes);

    await browser.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await browser.page.getByRole('button', { name: 'Copy' }).click();
    await browser.page.getByRole('button', { name: 'Copied' }).waitFor();
    // The script runs there, in a page.
    const copied = await browser.page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied.split('\n')).to.deep.equal(codes);

    await browser.page.emulateMedia({ media: 'print' });
    expect(await browser.page.getByRole('button', { name: 'I have kept them' }).isVisible()).to.equal(false);
    expect(await browser.page.getByText('Recovery codes for dora at Example').isVisible()).to.equal(true);
    expect(await browser.page.getByText(codes[0] ?? '').isVisible()).to.equal(true);
    await browser.page.emulateMedia({ media: 'screen' });

    await browser.submit({}, 'I have kept them');
    expect(await browser.heading()).to.equal(ARRIVED);
    await dora.opensReset();
    await look(browser, 'recovery-prove');
    await browser.submit({ [CODE]: 'nonsense' });
    await look(browser, 'recovery-prove-wrong');
    await browser.submit({ [CODE]: codes[0] ?? '' });
    expect(await browser.heading()).to.equal('Choose a new password');
  });

  it('where few codes are left', async () => {
    const dora = await someone('dora');
    const [code = ''] = await hasRecoveryCodes(world(), dora, 3);
    await dora.opensReset();
    await dora.browser.submit({}, 'Type a recovery code');
    await world().settle();
    await dora.browser.open('/reset/prove/recovery');
    await dora.browser.submit({ [CODE]: code });
    await dora.choosesPassword('violet teapots at noon');
    await look(dora.browser, 'recovery-few-left');
    await world().later(181 * DAY);
    await dora.signsIn();
    await dora.browser.follow('Change: 2 recovery codes left');
    await look(dora.browser, 'recovery-register-again');
  });

  it('from a pass for a gate to one that ends the wait', async () => {
    const nora = await someone('nora');
    const { browser } = nora;
    const typed = await pass(world(), nora);
    await nora.opensReset();
    await look(browser, 'pass-offered');
    await browser.submit({}, 'I have a pass from the help desk');
    await world().settle();
    await look(browser, 'pass-prove');
    await browser.submit({ pass: 'nonsense' });
    await look(browser, 'pass-prove-wrong');
    await browser.submit({ pass: typed });
    await nora.choosesPassword('violet teapots at noon');
    const release = await pass(world(), nora, { for: 'registration' });
    await nora.signsIn();
    await look(browser, 'pass-hold');
    await browser.submit({ pass: 'nonsense' });
    await look(browser, 'pass-hold-wrong');
    await browser.submit({ pass: release });
    expect(await browser.offers('Make recovery codes')).to.equal(true);
  });

  it('from a pass for registration, without a password, to a new one', async () => {
    const ada = await someone('ada');
    const { browser } = ada;
    const typed = await pass(world(), ada, { for: 'registration' });
    await browser.open(`${world().issuer}/pass`);
    await look(browser, 'pass-alone');
    await browser.submit({ username: 'ada', pass: 'nonsense' });
    await look(browser, 'pass-alone-wrong');
    await browser.submit({ username: 'ada', pass: typed });
    await look(browser, 'pass-alone-overview');
    await browser.follow('Add an address');
    await look(browser, 'pass-alone-method');
    await ada.registersMail();
    await look(browser, 'pass-alone-enough');
    await browser.submit({}, 'I am done');
    await look(browser, 'pass-alone-done');
    await browser.follow('Choose a new password');
    expect(await browser.heading()).to.equal('Reset your password');
    const carol = await world().person('carol', { adminRoles: ['owner'] });
    const second = await pass(world(), carol, { for: 'registration' });
    await browser.open(`${world().issuer}/pass`);
    await browser.submit({ username: 'carol', pass: second });
    await look(browser, 'pass-alone-administrator');
  });
});
