import { expect } from 'chai';
import { DAY, MINUTE } from '../../src/kernel/clock.ts';
import { hasAlternateMail, registrationNow } from '../sspr/registering.ts';
import { Authenticator } from '../support/authenticator.ts';
import { onEveryEngine } from '../support/engines.ts';
import { givesPasskey } from '../support/passkeys.ts';
import type { Person, Somebody } from '../support/person.ts';
import { claimsOf, hasApp, shownCode } from '../support/second-factor.ts';
import { KeptKeys } from '../support/trusted-device.ts';
import { useWorld } from '../support/world.ts';

const ARRIVED = 'Signed in to the app';
const NEXT = 'Choose a new password';
const SET_UP = 'Use this device for resets';
const USE = 'Use this device';
const REFUSED = 'That did not work. This device may not be set up';
const HELD = 'Trusted device: Firefox, Linux';
const PASSWORD = 'violet teapots at noon';

onEveryEngine('Tom trusts his device', (store) => {
  const world = useWorld({
    store,
    sspr: {
      policies: [
        { name: 'careful', groups: ['careful'], gates: 2, methods: ['passkey', 'device', 'email'] },
        { name: 'factors', groups: ['factors'], methods: ['totp', 'device', 'email'] },
        { name: 'everybody', methods: ['device', 'email'], secondFactor: 'off', reconfirmDays: 0 },
      ],
    },
  });

  interface Home {
    readonly tom: Person;
    readonly keys: KeptKeys;
  }

  /** Sets the browser up for somebody, on the page of their account. */
  const setsUp = async (tom: Person, keys = new KeptKeys()): Promise<Home> => {
    await tom.browser.open(`${world().issuer}/security-info/device`);
    if (await tom.browser.offers('current-password')) throw new Error('not signed in');
    await keys.registers(tom.browser);
    return { tom, keys };
  };

  /** Somebody at home, where they signed in and set the browser up. */
  const home = async (name = 'tom', somebody: Somebody = {}): Promise<Home> => {
    const tom = await world().person(name, { registered: true, ...somebody });
    await tom.signsIn();
    if ((await tom.browser.heading()) === 'Set up a way back in') await tom.browser.open(world().issuer);
    return setsUp(tom);
  };

  const opensGate = async (tom: Person): Promise<void> => {
    await tom.opensReset();
    if (await tom.browser.offers(USE)) await tom.browser.submit({}, USE);
    await world().settle();
    if ((await tom.browser.url()).pathname === '/reset/prove') await tom.browser.open('/reset/prove/device');
  };

  const refuses = async ({ browser }: Person): Promise<void> => {
    expect(await browser.text()).to.contain(REFUSED);
    expect(browser.status).to.equal(422);
  };

  it('sets it up on the way into an app, is told by mail, and resets his password by it', async () => {
    const tom = await world().person('tom');
    const keys = new KeptKeys();
    await tom.signsIn();
    await tom.browser.follow(SET_UP);
    await keys.registers(tom.browser);
    expect(await tom.browser.heading()).to.equal(ARRIVED);
    expect((await tom.inbox()).last.text).to.contain('Trusted device');
    await opensGate(tom);
    await keys.proves(tom.browser);
    expect(await tom.browser.heading()).to.equal(NEXT);
    await tom.choosesPassword(PASSWORD);
    expect(await tom.browser.heading()).to.equal('Your password is changed');
  });

  it('is offered it in this browser alone', async () => {
    const { tom } = await home();
    const elsewhere = tom.with(world().browser());
    await elsewhere.opensReset();
    expect(await elsewhere.browser.offers(USE)).to.equal(false);
    await elsewhere.browser.open('/reset/prove/device');
    expect((await elsewhere.browser.url()).pathname).not.to.equal('/reset/prove/device');
  });

  it('resets by it where nothing is known any more of who signed in there', async () => {
    const { tom, keys } = await home();
    const elsewhere = tom.with(world().browser());
    await elsewhere.opensReset();
    await elsewhere.browser.submit({}, 'Send a code');
    await world().settle();
    await elsewhere.typesCode();
    await elsewhere.choosesPassword(PASSWORD);
    await tom.opensReset();
    expect(await tom.browser.text()).not.to.contain(HELD);
    await tom.browser.submit({}, USE);
    await world().settle();
    await tom.browser.open('/reset/prove/device');
    await keys.proves(tom.browser);
    expect(await tom.browser.heading()).to.equal(NEXT);
  });

  it('proves nothing by the cookie without the key, nor by the key without the cookie', async () => {
    const { tom, keys } = await home();
    await opensGate(tom);
    const thief = tom.with(world().browser());
    await thief.browser.open(world().issuer);
    for (const name of ['device', 'browser']) {
      const value = tom.browser.cookies.value(name) ?? '';
      thief.browser.cookies.keep(await thief.browser.url(), [`${name}=${value}; path=/`]);
    }
    await opensGate(thief);
    await new KeptKeys().proves(thief.browser);
    await refuses(thief);

    const cookie = tom.browser.cookies.value('device') ?? '';
    tom.browser.cookies.replace('device', cookie.replace(/.{43}$/, 'x'.repeat(43)));
    await opensGate(tom);
    await keys.proves(tom.browser);
    await refuses(tom);
    tom.browser.cookies.replace('device', '');
    await tom.opensReset();
    expect(await tom.browser.offers(USE)).to.equal(false);
  });

  it('has it for 180 days, however often it is used, and is told when they are over', async () => {
    const { tom, keys } = await home();
    await tom.browser.open(`${world().issuer}/security-info`);
    expect(await tom.browser.text())
      .to.contain(HELD)
      .and.to.contain('Counts until');
    await world().later(179 * DAY);
    await opensGate(tom);
    await keys.proves(tom.browser);
    expect(await tom.browser.heading()).to.equal(NEXT);
    // The cookie of a browser that was set up for somebody else meanwhile would still be there.
    const cookie = tom.browser.cookies.value('device') ?? '';
    await world().later(DAY);
    tom.browser.cookies.keep(new URL(world().issuer), [`device=${cookie}; path=/`]);
    await tom.opensReset();
    expect(await tom.browser.offers(USE)).to.equal(false);
    const stranger = tom.with(world().browser());
    stranger.browser.cookies.keep(new URL(world().issuer), [`device=${cookie}; path=/`]);
    await opensGate(stranger);
    await keys.proves(stranger.browser);
    await refuses(stranger);

    await tom.signsIn({ prompt: 'login' });
    expect(await tom.browser.heading()).to.equal('This no longer resets your password');
    expect(await tom.browser.text())
      .to.contain(HELD)
      .and.to.contain('Its time is over');
    await tom.browser.open(`${world().issuer}/security-info`);
    expect(await tom.browser.text())
      .to.contain('Its time is over')
      .and.not.to.contain('Counts until');
    expect(await tom.browser.offers('Still mine')).to.equal(false);
  });

  it('takes it back on the page of his account, at once, also from a reset under way', async () => {
    const { tom, keys } = await home();
    await opensGate(tom);
    const { url, fields } = await keys.proving(tom.browser);
    await tom.browser.open(`${world().issuer}/security-info`);
    await tom.browser.follow('Remove');
    expect(await tom.browser.text()).to.contain(HELD);
    await tom.browser.submit({}, 'Remove it');
    await tom.browser.post(url, fields);
    expect(tom.browser.status).to.equal(409);
    await tom.opensReset();
    expect(await tom.browser.offers(USE)).to.equal(false);
  });

  it('shares the browser with Una, and neither opens the account of the other', async () => {
    const { tom, keys } = await home();
    const una = (await world().person('una', { registered: true })).with(tom.browser);
    tom.browser.cookies.replace('_session', '');
    await una.signsIn({ prompt: 'login' });
    await setsUp(una, keys);
    for (const one of [tom, una]) {
      await opensGate(one);
      await keys.proves(one.browser);
      expect(await one.browser.heading(), one.userName).to.equal(NEXT);
    }
    const vic = (await world().person('vic', { registered: true })).with(tom.browser);
    await opensGate(vic);
    await keys.proves(vic.browser);
    await refuses(vic);
  });

  it('sets it up anew in the same browser, which takes the place of what was there', async () => {
    const { tom, keys } = await home();
    keys.forget();
    await opensGate(tom);
    await keys.proves(tom.browser);
    await refuses(tom);
    await tom.browser.open(`${world().issuer}/security-info/device`);
    expect(await tom.browser.text()).to.contain('This browser is set up already.');
    await keys.registers(tom.browser);
    const { methods } = await registrationNow(world(), tom);
    expect(methods.filter(({ method }) => method === 'device')).to.have.length(1);
    expect((await tom.inbox()).last.subject).to.equal('A way back into your account was changed');
    await opensGate(tom);
    await keys.proves(tom.browser);
    expect(await tom.browser.heading()).to.equal(NEXT);
  });

  it('goes on by it while codes are blocked', async () => {
    const { tom, keys } = await home();
    await hasAlternateMail(world(), tom);
    await tom.opensReset();
    await tom.browser.submit({}, 'Send a code');
    if (await tom.browser.offers('Send the code')) await tom.browser.submit({}, 'Send the code');
    await world().settle();
    for (let left = 5; left > 0; left -= 1) await tom.browser.submit({ 'one-time-code': '00000000' });
    await world().settle();
    await tom.browser.reload();
    expect(await tom.browser.text()).to.contain('stopped taking codes');
    await opensGate(tom);
    await keys.proves(tom.browser);
    expect(await tom.browser.heading()).to.equal(NEXT);
  });

  it('opens one gate where the button is pressed many times at once', async () => {
    const { tom, keys } = await home();
    await opensGate(tom);
    const { url, fields } = await keys.proving(tom.browser);
    const sending = {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin', origin: 'null' },
    };
    const replies = await Promise.all(Array.from({ length: 50 }, () => tom.browser.send(url, sending)));
    expect(replies.filter(({ status }) => status === 303)).to.have.length(1);
  });

  it('opens two gates by it and by mail', async () => {
    const { tom, keys } = await home('tom', { groups: ['careful'] });
    await opensGate(tom);
    await keys.proves(tom.browser);
    await tom.browser.submit({}, 'Send the code');
    await world().settle();
    await tom.typesCode();
    expect(await tom.browser.heading()).to.equal(NEXT);
  });

  it('opens one gate, not two, by it and by a passkey of the same browser; an administrator needs two', async () => {
    const owner = { adminRoles: ['owner'] };
    for (const somebody of [{ groups: ['careful'] }, { groups: ['careful'], ...owner }, owner]) {
      const { tom, keys } = await home('tom', somebody);
      if (somebody !== owner) {
        await tom.browser.open(`${world().issuer}/security-info/passkey`);
        await givesPasskey(tom.browser, new Authenticator(world().issuer), {}, { name: 'laptop' });
      }
      await opensGate(tom);
      await keys.proves(tom.browser);
      await tom.browser.open('/reset/password');
      expect(await tom.browser.heading()).to.equal('Get a code by mail');
      await tom.browser.open('/reset/prove/passkey');
      expect((await tom.browser.url()).pathname).to.equal('/reset/prove/email');
    }
  });

  it('is asked for nothing more at a sign-in because of it, here or elsewhere', async () => {
    const { tom } = await home('tom', { groups: ['factors'] });
    for (const browser of [tom.browser, world().browser()]) {
      const there = tom.with(browser);
      await there.signsIn({ prompt: 'login' });
      expect(await browser.heading()).to.equal(ARRIVED);
      expect(claimsOf(there)).to.deep.include({ amr: ['pwd'] });
    }
  });

  it('signs in by it instead of the code of his app, which he left at home', async () => {
    const { tom, keys } = await home('tom', { groups: ['factors'] });
    await hasApp(world(), tom);
    await world().later(MINUTE);
    await tom.signsIn({ prompt: 'login' });
    await tom.browser.follow('Choose another way');
    await tom.browser.submit({}, USE);
    await keys.proves(tom.browser);
    expect(await tom.browser.heading()).to.equal(ARRIVED);
    const { amr, acr } = claimsOf(tom);
    expect(amr).to.have.members(['pwd', 'swk', 'mfa']);
    expect(acr).to.equal('aal2');

    const there = tom.with(world().browser());
    await there.signsIn();
    expect(await there.browser.offers('Choose another way')).to.equal(false);
    await there.browser.submit({ 'one-time-code': shownCode(world(), tom) });
    expect(await there.browser.heading()).to.equal(ARRIVED);
  });
});
