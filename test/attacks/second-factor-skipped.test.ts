import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.ts';
import { registrationNow } from '../sspr/registering.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import { claimsOf, hasApp, shownCode } from '../support/second-factor.ts';
import { useWorld } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

const ASKED = 'Enter the code from your app';
const ARRIVED = 'Signed in to the app';

describe('Somebody who has the password, and not the second factor,', () => {
  const world = useWorld({ sspr: { policies: [{ name: 'everybody', methods: ['email', 'totp'] }] } });
  let bob: Person;
  let thief: Person;

  const uid = async (): Promise<string> => (await thief.browser.url()).pathname.split('/')[2] ?? '';

  const csrf = async (browser: HttpBrowser): Promise<string> => (await browser.field('csrf')) ?? '';

  const posts = async (path: string, fields: Readonly<Record<string, string>> = {}): Promise<number> => {
    const body = new URLSearchParams({ csrf: await csrf(thief.browser), ...fields }).toString();
    return (await sendForm(thief.browser, `${world().issuer}${path}`, body)).status;
  };

  /** No app hears of bob from this browser, and no session of his is in it. */
  const isNobody = async (): Promise<void> => {
    await thief.startsSignIn({ prompt: 'none' });
    expect(claimsOf(thief)).to.deep.equal({ error: 'login_required' });
  };

  beforeEach(async () => {
    bob = await world().person('bob', { registered: true });
    await hasApp(world(), bob);
    thief = bob.with(world().browser());
    await thief.signsIn();
    expect(await thief.browser.heading()).to.equal(ASKED);
  });

  it('comes back to its page by every later address, or to the password, and is never signed in', async () => {
    const id = await uid();
    const base = `/interaction/${id}`;
    for (const path of ['', '/register', '/register/totp', '/register/email', '/register/password', '/confirm']) {
      await thief.browser.open(`${world().issuer}${base}${path}`);
      expect(await thief.browser.heading(), path).to.equal(ASKED);
    }
    await thief.browser.open(`${world().issuer}/auth/${id}`);
    expect(await thief.browser.heading()).to.equal('Sign in');
    await isNobody();
  });

  it('registers, confirms, removes and consents to nothing by posting what comes later', async () => {
    const base = `/interaction/${await uid()}`;
    const before = await registrationNow(world(), bob);
    const later = {
      '/register/email': { email: 'thief@elsewhere.test' },
      '/register/totp': {},
      '/register/later': {},
      '/confirm': {},
      '/confirm/remove': { registered: `phone of ${bob.userName}` },
      '/consent': { decision: 'allow' },
    };
    for (const [path, fields] of Object.entries(later)) {
      const status = await posts(base + path, fields);
      expect(status, path).to.be.oneOf([303, 409]);
      const { headers } = await thief.browser.send(`${world().issuer}${base}`);
      expect(headers.location, path).to.equal(`${base}/factor`);
    }
    expect(await registrationNow(world(), bob)).to.deep.equal(before);
    await isNobody();
  });

  it('is asked all the same by a method that the owner does not have, or that is no second factor', async () => {
    const base = `/interaction/${await uid()}/factor`;
    for (const path of ['/passkey', '/token', '/ways']) {
      await thief.browser.open(`${world().issuer}${base}${path}`);
      expect(await thief.browser.heading(), path).to.equal(ASKED);
    }
    for (const name of ['email', 'questions', 'passkey', '__proto__', 'constructor', '']) {
      expect(await posts(base, { method: name }), name).to.equal(303);
    }
    expect(await posts(`${base}/email`, { code: '12345678' })).to.be.oneOf([404, 405]);
    expect((await bob.alternateInbox()).mails).to.deep.equal([]);
    await isNobody();
  });

  it('takes the half-finished sign-in to no other browser', async () => {
    const id = await uid();
    const other = world().browser();
    await other.open(`${world().issuer}/reset`);
    const own = other.cookies.value('browser') ?? '';
    const cookie = `browser=${own}; interaction=${id}; resume=${id}`;
    for (const path of [`/interaction/${id}/factor/totp`, `/interaction/${id}/factor`, `/auth/${id}`]) {
      const reply = await other.send(`${world().issuer}${path}`, { headers: { cookie } });
      expect(reply.status, path).to.equal(400);
      expect(String(reply.headers['set-cookie']), path).not.to.include('session=');
    }
    const body = new URLSearchParams({ csrf: await csrf(other), code: shownCode(world(), bob) }).toString();
    const reply = await sendForm(other, `${world().issuer}/interaction/${id}/factor/totp`, body, { cookie });
    expect(reply.status).to.equal(400);
  });

  it('has nothing left once the owner has reset the password, though the code were right', async () => {
    bob = bob.with(world().browser());
    await bob.opensReset();
    await bob.browser.submit({}, 'Send a code');
    await bob.typesCode();
    await bob.choosesPassword('violet teapots at noon');
    await thief.browser.submit({ 'one-time-code': shownCode(world(), bob) });
    expect(await thief.browser.heading()).not.to.equal(ARRIVED);
    await isNobody();
  });

  it('has nothing left after fifteen minutes, and begins with the password again', async () => {
    await world().later(15 * MINUTE);
    await thief.browser.submit({ 'one-time-code': shownCode(world(), bob) });
    expect(await thief.browser.field('current-password')).not.to.equal(undefined);
    await isNobody();
  });

  it('has no part in the session of the owner by cookies known from before the code', async () => {
    const { cookies } = thief.browser;
    const before = cookies.names().map((name) => `${name}=${cookies.value(name) ?? ''}`);
    const id = await uid();
    await thief.browser.submit({ 'one-time-code': shownCode(world(), bob) });
    expect(await thief.browser.heading()).to.equal(ARRIVED);
    const planted = world().browser();
    for (const path of [`/auth/${id}`, `/interaction/${id}/factor`]) {
      const reply = await planted.send(`${world().issuer}${path}`, { headers: { cookie: before.join('; ') } });
      expect(reply.status, path).to.equal(400);
    }
    const silent = new URL(await world().party.authorizationUrl({ prompt: 'none' }));
    const reply = await planted.send(silent, { headers: { cookie: before.join('; ') } });
    expect(reply.headers.location).to.include('error=login_required');
  });

  it('is not remembered by ticking a box that is not there', async () => {
    const { url, fields } = thief.browser.prepared({ 'one-time-code': shownCode(world(), bob) });
    await thief.browser.post(url, { ...fields, remember: 'yes' });
    expect(await thief.browser.heading()).to.equal(ARRIVED);
    await thief.signsIn({ prompt: 'login' });
    expect(await thief.browser.heading()).to.equal(ASKED);
  });
});
