import { expect } from 'chai';
import { HOUR } from '../../src/kernel/clock.ts';
import { examine, useChromium } from '../support/browser.ts';
import { ChromiumBrowser } from '../support/chromium-browser.ts';
import { isRobbed, linkOf, resetsByTwo } from '../support/not-me.ts';
import { pass } from '../support/passes.ts';
import { hasApp } from '../support/second-factor.ts';
import { useWorld } from '../support/world.ts';

describe('The pages on which people say that it was not them', () => {
  const chromium = useChromium();
  const world = useWorld({
    sspr: { policies: [{ name: 'everybody', methods: ['email', 'totp'], secondFactor: 'off' }] },
  });

  const look = async (browser: ChromiumBrowser, name: string): Promise<void> => {
    expect(await examine(browser.page, `not-me-${name}`), name).to.deep.equal([]);
  };

  it('read well on a phone and on a desk, in light and in dark', async function () {
    this.timeout(180_000);
    const bob = await world().person('bob', { registered: true });
    const issued = await pass(world(), bob, { for: 'registration', hours: '24' });
    await world().later(HOUR);
    await isRobbed(world(), bob);
    const browser = new ChromiumBrowser(await chromium.page());
    await browser.open(await linkOf(bob));
    await look(browser, 'asks');
    await browser.submit({}, 'This was not me');
    await look(browser, 'frozen');
    await browser.open(`${world().issuer}/not-me/0000000000000000`);
    await look(browser, 'dead');
    const there = bob.with(browser);
    await there.signsIn();
    await look(browser, 'sign-in');
    await browser.open(`${world().issuer}/pass`);
    await browser.submit({ username: bob.userName, pass: issued });
    await look(browser, 'pass');
    await there.opensReset();
    await browser.submit({}, 'Send a code');
    await there.typesCode();
    await look(browser, 'stuck');
  });

  it('say that nobody is kept out where the last owner is meant', async function () {
    this.timeout(180_000);
    const olga = await world().person('olga', { registered: true, adminRoles: ['owner'] });
    await hasApp(world(), olga);
    await world().later(HOUR);
    const browser = new ChromiumBrowser(await chromium.page());
    await resetsByTwo(world(), olga);
    await browser.open(await linkOf(olga));
    await browser.submit({}, 'This was not me');
    await look(browser, 'spared');
  });
});
