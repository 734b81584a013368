import { expect } from 'chai';
import { ChromiumBrowser } from '../support/chromium-browser.ts';
import { useChromium } from '../support/browser.ts';
import { onEveryEngine } from '../support/engines.ts';
import { givenPassword } from '../support/given-password.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

const GOOD = 'violet teapots at noon';

onEveryEngine('While a new password is typed', (store) => {
  const world = useWorld({ store });

  const inReset = async (): Promise<Person> => {
    const rosa = await world().person('rosa', { registered: true });
    await rosa.opensReset();
    await rosa.typesCode();
    return rosa;
  };

  const inForcedChange = async (): Promise<Person> => {
    const rosa = await world().person('rosa', { registered: true });
    await givenPassword(world(), rosa);
    await rosa.signsIn();
    return rosa;
  };

  const inChange = async (): Promise<Person> => {
    const rosa = await world().person('rosa', { registered: true });
    await rosa.signsIn();
    await rosa.browser.open(`${world().issuer}/change-password`);
    return rosa;
  };

  const asks = async ({ browser }: Person, password: string) => {
    const { url, fields } = browser.prepared({ 'new-password': password });
    const { csrf = '', flow } = fields;
    const body = { csrf, ...(flow === undefined ? {} : { flow }), check: 'yes', password };
    const reply = await sendForm(browser, url, new URLSearchParams(body).toString());
    expect(reply.status).to.equal(200);
    return JSON.parse(reply.body) as unknown;
  };

  const verdict = (length: boolean, hardToGuess: boolean) => ({
    rules: [
      { id: 'length', met: length },
      { id: 'hardToGuess', met: hardToGuess },
      { id: 'unused', met: null },
    ],
  });

  const places = { 'a reset': inReset, 'a change that a sign-in asks for': inForcedChange, 'a change': inChange };
  it('it is told which rules are met, in a reset and in a change, and the password stays as it is', async () => {
    for (const [place, arrive] of Object.entries(places)) {
      const rosa = await arrive();
      expect(await asks(rosa, 'short'), place).to.deep.equal(verdict(false, true));
      expect(await asks(rosa, rosa.userName.repeat(4).slice(0, 16)), place).to.deep.equal(verdict(true, false));
      expect(await asks(rosa, GOOD), place).to.deep.equal(verdict(true, true));
      const elsewhere = rosa.with(world().browser());
      await elsewhere.signsIn();
      expect(await elsewhere.browser.heading(), place).to.not.equal('Sign in');
    }
  });

  it('nothing is told of earlier passwords, in a reset and in a change', async () => {
    for (const [place, arrive] of Object.entries(places)) {
      const rosa = await arrive();
      const { rules } = (await asks(rosa, rosa.password)) as { rules: readonly unknown[] };
      expect(rules, place).to.deep.include({ id: 'unused', met: null });
    }
  });
});

describe('While a new password is typed in a real browser', () => {
  const chromium = useChromium();
  const world = useWorld();

  it('the list says what is met and what is not, and nobody but this server is asked', async function () {
    this.timeout(120_000);
    const page = await chromium.page();
    const rosa = (await world().person('rosa', { registered: true })).with(new ChromiumBrowser(page));
    await rosa.signsIn();
    await rosa.browser.open(`${world().issuer}/change-password`);
    const asked: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(`${world().issuer}/assets/`))
        asked.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`);
    });
    const rule = (text: string) => page.locator('ul.rules li', { hasText: text });

    await page.getByLabel('Current password').fill('what nobody needs to know');
    const field = page.getByLabel('New password', { exact: true });
    await field.fill('rosarosarosarosa');
    await rule('Hard to guess').and(page.locator('.unmet')).waitFor();
    expect(await rule('At least 15').getAttribute('class')).to.equal('met');
    expect(await rule('Hard to guess').textContent()).to.include('Not met:');
    await field.fill(GOOD);
    await rule('Hard to guess').and(page.locator('.met')).waitFor();
    expect(await rule('earlier passwords').getAttribute('class')).to.equal('');

    expect(asked).to.have.length.greaterThan(0);
    for (const request of asked) {
      expect(request).to.match(new RegExp(`^POST ${world().issuer}/change-password `));
      expect(request).to.not.include('nobody');
    }
    await page.getByLabel('Current password').fill(rosa.password);
    await rosa.browser.submit({}, 'Change the password');
    expect(await rosa.browser.text()).to.include('Your password is changed');
  });
});
