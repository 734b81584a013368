import { expect } from 'chai';
import { useChromium } from '../support/browser.ts';
import { ChromiumBrowser } from '../support/chromium-browser.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const ASKED = 'Set up a way back in';
const ARRIVED = 'Signed in to the app';

// What a browser makes of our answers does not depend on the store: over HTTP these stories are told on both.
describe('In a real browser, with an app on another site', () => {
  const chromium = useChromium();
  const required = useWorld();

  const inChromium = async (somebody: Person): Promise<Person<ChromiumBrowser>> =>
    somebody.with(new ChromiumBrowser(await chromium.page()));

  it('alice registers on the way and arrives in the app', async function () {
    this.timeout(120_000);
    const alice = await inChromium(await required().person('alice'));
    await alice.signsIn();
    expect(await alice.browser.heading()).to.equal(ASKED);
    await alice.registersMail();
    expect(await alice.browser.heading()).to.equal(ARRIVED);
    expect(alice.outcome().kind).to.equal('signed-in');
  });

  it('bob resets inside a sign-in and arrives in the app, by the same state and nonce', async function () {
    this.timeout(120_000);
    const bob = await inChromium(await required().person('bob', { registered: true }));
    await bob.startsSignIn();
    await bob.forgetsPassword();
    await bob.typesCode();
    await bob.choosesPassword('violet teapots at noon');
    await bob.browser.follow('Go back and sign in');
    await bob.givesPassword();
    expect(await bob.browser.heading()).to.equal(ARRIVED);
  });

  it('bob resets while asked again in a living session', async function () {
    this.timeout(120_000);
    const bob = await inChromium(await required().person('bob', { registered: true }));
    await bob.signsIn();
    await bob.startsSignIn({ prompt: 'login' });
    await bob.forgetsPassword();
    await bob.usesLink();
    await bob.choosesPassword('violet teapots at noon');
    await bob.browser.follow('Go back and sign in');
    await bob.givesPassword();
    expect(await bob.browser.heading()).to.equal(ARRIVED);
    expect(bob.outcome().kind).to.equal('signed-in');
  });
});

describe('In a real browser, where registration may be put off', () => {
  const chromium = useChromium();
  const world = useWorld({ sspr: { policies: [{ name: 'everybody', methods: ['email'], enforcement: 'nag' }] } });

  it('alice says "not now", or closes the tab, and is left in peace for the session', async function () {
    this.timeout(120_000);
    const somebody = await world().person('alice');
    for (const way of ['by the button', 'by closing the tab']) {
      const alice = somebody.with(new ChromiumBrowser(await chromium.page()));
      await alice.signsIn();
      expect(await alice.browser.heading(), way).to.equal(ASKED);
      if (way === 'by the button') {
        await alice.browser.submit({}, 'Not now');
        expect(await alice.browser.heading(), way).to.equal(ARRIVED);
      }
      const tab = somebody.with(new ChromiumBrowser(await alice.browser.page.context().newPage()));
      await alice.browser.page.close();
      await tab.startsSignIn();
      expect(await tab.browser.heading(), way).to.equal(ARRIVED);
    }
  });
});
