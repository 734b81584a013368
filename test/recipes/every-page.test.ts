import { expect } from 'chai';
import * as openid from 'openid-client';
import type { Registered } from '../../plugins/sspr/collections.ts';
import { QUESTIONS_ALONE } from '../../plugins/sspr/config.ts';
import { registrationOf, replacing } from '../../plugins/sspr/registrations.ts';
import { examine, useChromium } from '../support/browser.ts';
import { ChromiumBrowser } from '../support/chromium-browser.ts';
import type { Browser } from '../support/browsing.ts';
import type { Person, Somebody } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const DAY = 24 * 60 * 60_000;

const TWO_GATES = {
  name: 'everybody',
  gates: 2,
  unlockGates: 1,
  questionsAlone: QUESTIONS_ALONE,
  methods: ['email', 'questions'],
  enforcement: 'nag',
};

/** Looks at every page on the way: no violation that axe can find, no page wider than a phone, pictures to look at. */
describe('Every page reads well on a phone and on a desk, in light and in dark', () => {
  const chromium = useChromium();
  const world = useWorld({
    config: { demo: { enabled: true }, organisation: { helpDesk: { phone: '+49 30 1234567' } } },
    sspr: { policies: [TWO_GATES] },
    otherParty: {
      first_party: false,
      policy_uri: 'https://app.example/privacy',
      tos_uri: 'https://app.example/terms',
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    },
  });

  // Ten and more pages, each looked at in four ways.
  const walk = (title: string, steps: () => Promise<void>): void => {
    it(title, async function () {
      this.timeout(180_000);
      await steps();
    });
  };

  const looked = new Set<string>();

  const look = async (browser: ChromiumBrowser, name: string): Promise<void> => {
    expect(looked.has(name), `${name} is the name of two pages`).to.equal(false);
    looked.add(name);
    expect(await examine(browser.page, name), name).to.deep.equal([]);
  };

  const inChromium = async (somebody: Person<Browser>): Promise<Person<ChromiumBrowser>> =>
    somebody.with(new ChromiumBrowser(await chromium.page()));

  const someone = async (userName: string, somebody: Somebody = {}): Promise<Person<ChromiumBrowser>> =>
    inChromium(await world().person(userName, somebody));

  walk('from the sign-in to what is registered on the way', async () => {
    const dora = await someone('dora');
    const { browser } = dora;
    await dora.startsSignIn();
    await look(browser, 'sign-in');
    await dora.givesPassword('a wrong one');
    await look(browser, 'sign-in-wrong');
    await dora.givesPassword();
    await look(browser, 'register');
    await browser.follow('Add an address');
    await look(browser, 'register-mail');
    await browser.submit({ email: dora.mail });
    await look(browser, 'register-mail-refused');
    await browser.submit({ email: dora.alternateMail });
    await look(browser, 'register-mail-code');
    await browser.submit({ 'one-time-code': '12345678' });
    await look(browser, 'register-mail-code-wrong');
    await dora.typesCode();
    await look(browser, 'register-second');
    await browser.follow('Set up questions');
    await look(browser, 'register-questions');
    await browser.submit();
    await look(browser, 'register-questions-missing');
    await dora.registersQuestions();
    expect(await browser.heading()).to.equal('Signed in to the app');
  });

  walk('months later, where what is registered is asked about', async () => {
    const rita = await world().person('rita', { registered: true });
    await rita.signsIn();
    await rita.browser.follow('Set up questions');
    await rita.registersQuestions();
    await world().later(181 * DAY);
    const later = await inChromium(rita);
    await later.signsIn();
    await look(later.browser, 'confirm');
    await world().later(30 * 60_000);
    await later.browser.reload();
    await look(later.browser, 'confirm-password-again');
  });

  walk('to what does not reach its person any more', async () => {
    const { store } = world().app.foundation;
    const doubted = async (stale: NonNullable<Registered['stale']>): Promise<Person<ChromiumBrowser>> => {
      const rita = await world().person('rita', { registered: true });
      const registration = await registrationOf(store, rita.id);
      const methods = registration.methods.map((one) => ({ ...one, stale }));
      await store.commit([replacing(registration, { ...registration, methods })]);
      const there = await inChromium(rita);
      await there.signsIn();
      await there.browser.submit({}, 'Not now');
      return there;
    };
    const at = world().clock.now();
    await look((await doubted({ at, reason: 'bounced', dead: false })).browser, 'stale');
    await look((await doubted({ at, reason: 'changed', dead: true })).browser, 'stale-gone');
  });

  walk('through a reset by two gates', async () => {
    const dora = await inChromium(await world().person('dora', { registered: true }));
    await dora.signsIn();
    await dora.browser.follow('Set up questions');
    await dora.registersQuestions();

    const { browser } = dora;
    await browser.open(`${world().issuer}/reset`);
    await look(browser, 'reset');
    await browser.submit();
    await look(browser, 'reset-nameless');
    await browser.submit({ username: dora.userName });
    await look(browser, 'reset-choose');
    await browser.open('/reset/prove/questions');
    await look(browser, 'reset-questions');
    await browser.submit();
    await look(browser, 'reset-questions-wrong');
    await dora.answersQuestions();
    await look(browser, 'reset-second-gate');
    if (await browser.offers('Send the code')) await browser.submit({}, 'Send the code');
    await look(browser, 'reset-mail-with-word');
    const { link } = await dora.alternateInbox();

    const phone = await inChromium(dora);
    await phone.browser.open(link);
    await look(phone.browser, 'reset-link-elsewhere');
    await phone.browser.submit();
    await look(phone.browser, 'reset-phone-second-gate');
    await phone.browser.open('/reset/word');
    await look(phone.browser, 'reset-word');
    await phone.browser.submit({ word: 'nothing' });
    await look(phone.browser, 'reset-word-wrong');
    await phone.browser.open(link);
    await look(phone.browser, 'reset-link-dead');
  });

  walk('through a reset in a strange browser, to its end', async () => {
    const dora = await world().person('dora', { registered: true });
    const registering = await inChromium(dora);
    await registering.signsIn();
    await registering.browser.follow('Set up questions');
    await registering.registersQuestions();

    const stranger = await inChromium(dora);
    const { browser } = stranger;
    await stranger.startsSignIn();
    await stranger.forgetsPassword();
    await look(browser, 'reset-mail-unknown');
    await browser.submit({ 'one-time-code': '00000000' });
    await look(browser, 'reset-mail-wrong');
    const { link } = await stranger.alternateInbox();
    await browser.open(link);
    await look(browser, 'reset-link');
    await browser.submit();
    await stranger.browser.open('/reset/prove/questions');
    await stranger.answersQuestions();
    await look(browser, 'reset-password');
    await browser.submit({ 'new-password': 'short' });
    await look(browser, 'reset-password-unmet');
    await stranger.choosesPassword('violet teapots at noon');
    await look(browser, 'reset-done');
    await browser.follow('Go back and sign in');
    await look(browser, 'sign-in-after-reset');
  });

  walk('where a reset cannot go on', async () => {
    const half = await someone('half', { registered: true });
    await half.opensReset();
    await half.typesCode();
    await look(half.browser, 'reset-stuck');
    for (let count = 0; count < 5; count += 1) {
      const again = half.with(half.browser);
      if (count === 0) await again.opensReset();
      if ((await half.browser.field('one-time-code')) === undefined) break;
      await half.browser.submit({ 'one-time-code': '00000000' });
    }
    await look(half.browser, 'reset-paused');
  });

  walk('through an unlock, begun where a sign-in is paused', async () => {
    const paul = await someone('paul', { registered: true });
    const { browser } = paul;
    await paul.startsSignIn();
    await paul.isPaused();
    await look(browser, 'sign-in-paused');
    await browser.submit({}, 'Unlock your account');
    await look(browser, 'unlock-choose');
    await browser.submit({}, 'Send a code');
    await look(browser, 'unlock-mail');
    const { link } = await paul.alternateInbox();
    const phone = await inChromium(paul);
    await phone.browser.open(link);
    await look(phone.browser, 'unlock-link-elsewhere');
    await paul.typesCode();
    await look(browser, 'unlock-confirm');
    await browser.submit({}, 'Unlock the account');
    await look(browser, 'unlock-done');
    await browser.follow('Go back and sign in');
    await look(browser, 'sign-in-after-unlock');
    await paul.givesPassword();
    expect(await browser.heading()).not.to.equal('Sign in');

    await browser.open(`${world().issuer}/unlock`);
    await look(browser, 'unlock');
    await paul.opensUnlock();
    await paul.typesCode();
    await browser.submit({}, 'Unlock the account');
    await look(browser, 'unlock-was-not-locked');
  });

  walk('where an app of others asks for consent, or a device for approval', async () => {
    const nina = await someone('nina', { registered: true });
    await nina.startsSignIn({ scope: 'openid profile email phone groups' }, world().otherParty);
    await nina.givesPassword();
    if (await nina.browser.offers('Not now')) await nina.browser.submit({}, 'Not now');
    await look(nina.browser, 'consent');
    await nina.browser.submit({}, 'decision=allow');
    expect(await nina.browser.heading()).to.equal('Signed in to the app');

    const { configuration } = world().otherParty;
    const device = await openid.initiateDeviceAuthorization(configuration, { scope: 'openid' });
    await nina.browser.open(device.verification_uri);
    await look(nina.browser, 'device');
    await nina.browser.submit({ user_code: 'WRONG-CODE' });
    await look(nina.browser, 'device-wrong');
    await nina.browser.submit({ user_code: device.user_code });
    await look(nina.browser, 'device-confirm');
    await nina.browser.submit({}, 'confirm=yes');
    await look(nina.browser, 'device-approved');
  });

  walk('where signing out asks, and where it is done', async () => {
    const nina = await someone('nina', { registered: true });
    await nina.signsIn();
    if (await nina.browser.offers('Not now')) await nina.browser.submit({}, 'Not now');
    await nina.browser.open(`${world().issuer}/session/end`);
    await look(nina.browser, 'sign-out');
    await nina.browser.submit({}, 'logout=yes');
    await look(nina.browser, 'signed-out');
  });

  walk('where something went wrong', async () => {
    const browser = new ChromiumBrowser(await chromium.page());
    await browser.open(`${world().issuer}/nowhere`);
    await look(browser, 'not-found');
    await browser.open('/interaction/unknown');
    await look(browser, 'sign-in-expired');
    await browser.open('/auth?client_id=nobody&redirect_uri=https://app.example/callback&response_type=code');
    await look(browser, 'unknown-app');
    await browser.open('/');
    await look(browser, 'home');
  });

  walk('in the demo', async () => {
    const browser = new ChromiumBrowser(await chromium.page());
    await browser.open(`${world().issuer}/demo`);
    await look(browser, 'demo');
    const [first] = world().app.firstPasswords;
    await browser.submit({}, 'Sign in');
    await browser.submit({ username: first?.userName ?? '', 'current-password': first?.password ?? '' });
    await browser.submit({}, 'Not now');
    await look(browser, 'demo-signed-in');
    await browser.open('/demo/callback?error=access_denied');
    await browser.open('/dev/mailbox');
    await look(browser, 'mailbox-empty');
  });
});
