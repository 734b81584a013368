import { expect } from 'chai';
import { DAY } from '../../src/kernel/clock.ts';
import { examine, useChromium } from '../support/browser.ts';
import { ChromiumBrowser } from '../support/chromium-browser.ts';
import { givenPassword } from '../support/given-password.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const NEXT = 'violet teapots at noon';

describe('The pages on which a password is changed', () => {
  const chromium = useChromium();
  const world = useWorld({ sspr: { policies: [{ name: 'everybody', methods: ['email'], passwordMaxAgeDays: 90 }] } });

  const look = async ({ browser }: Person<ChromiumBrowser>, name: string): Promise<void> => {
    expect(await examine(browser.page, `change-${name}`), name).to.deep.equal([]);
  };

  const somebody = async (): Promise<Person<ChromiumBrowser>> => {
    const person = await world().person('paul', { registered: true });
    return person.with(new ChromiumBrowser(await chromium.page()));
  };

  it('read well on a phone and on a desk, in light and in dark', async function () {
    this.timeout(180_000);
    const paul = await somebody();
    await paul.browser.open(`${world().issuer}/change-password`);
    await paul.givesPassword();
    await look(paul, 'own');
    await paul.browser.submit({ 'current-password': paul.password, 'new-password': 'too short' });
    await look(paul, 'own-unmet');
    await paul.browser.submit({ 'current-password': 'not this one', 'new-password': NEXT });
    await look(paul, 'own-wrong');
    await paul.changesPassword(NEXT);
    expect(await paul.browser.heading()).to.equal('Your account’s security');
    await look(paul, 'done');
  });

  it('say at a sign-in why another one is needed', async function () {
    this.timeout(180_000);
    const given = await somebody();
    await givenPassword(world(), given);
    await given.signsIn();
    await look(given, 'set-by-administrator');
    const old = await somebody();
    await world().later(90 * DAY);
    await old.signsIn();
    await look(old, 'expired');
    for (let at = 0; at < 10; at += 1) {
      await old.browser.submit({ 'current-password': `wrong ${String(at)}`, 'new-password': NEXT });
    }
    await look(old, 'paused');
  });

  it('lead on to an app on another site, in a real browser', async function () {
    this.timeout(180_000);
    const nora = await somebody();
    await givenPassword(world(), nora);
    await nora.signsIn();
    await nora.changesPassword(NEXT);
    expect(await nora.browser.heading()).to.equal('Signed in to the app');
    await nora.browser.open(`${world().issuer}/change-password`);
    await nora.changesPassword('tea before dusk, always');
    await nora.startsSignIn();
    expect(await nora.browser.heading(), 'still signed in, by the new cookie').to.equal('Signed in to the app');
  });
});
