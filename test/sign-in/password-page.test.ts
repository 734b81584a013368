import { expect } from 'chai';
import type { HttpBrowser } from '../support/http-browser.ts';
import { PASSWORD, providerWorld, signedIn, type ProviderWorld } from '../support/provider-world.ts';

const MINUTE = 60_000;

describe('the sign-in page', () => {
  let world: ProviderWorld;
  let browser: HttpBrowser;
  beforeEach(async () => {
    world = await providerWorld();
    browser = world.browser();
    await browser.open(await world.app.authorizationUrl());
  });
  afterEach(async () => {
    await browser[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  const type = (username: string, password: string, by = browser) => by.submit({ username, password });
  const tryWrong = async (count: number, username = 'alice', by = browser): Promise<void> => {
    for (let at = 0; at < count; at += 1) await type(username, `wrong ${String(at)}`, by);
  };
  /** The page without what is new on each: its own sign-in, CSRF value and reference. */
  const bare = (by: HttpBrowser): string => {
    const uid = by.forms.map(({ action }) => /interaction\/([^/]+)/.exec(action)?.[1]).find((each) => each);
    return by.body
      .replaceAll(String(uid), 'UID')
      .replaceAll(/name="csrf" value="[^"]*"/g, 'name="csrf"')
      .replaceAll(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/g, 'REFERENCE');
  };

  it('says whose app it is for, and has the fields that password managers look for', async () => {
    expect(await browser.text()).to.include('The app');
    expect(await browser.field('username')).to.equal('');
    expect(await browser.field('current-password')).to.equal('');
  });

  it('keeps the name and not the password after a wrong one, and says what to do', async () => {
    await type('alice', 'wrong');
    expect(browser.status).to.equal(422);
    expect(await browser.title()).to.match(/^Error:/);
    expect(await browser.field('username')).to.equal('alice');
    expect(await browser.field('password')).to.equal('');
    expect(await browser.text()).to.include('Check both and try again');
  });

  it('asks for what was left out', async () => {
    await type(' ', PASSWORD);
    expect(await browser.text()).to.include('Enter your user name or email');
    await type('alice', '');
    expect(await browser.text()).to.include('Enter your password');
  });

  it('answers an unknown name, a service account and a wrong password with the same bytes', async () => {
    await world.person({ userName: 'robot', kind: 'service' });
    const answers = [];
    for (const name of ['alice', 'nobody', 'robot']) {
      await using visitor = world.browser();
      await visitor.open(await world.app.authorizationUrl());
      await type(name, 'wrong', visitor);
      answers.push(bare(visitor).replaceAll(name, 'NAME'));
    }
    expect(answers[1]).to.equal(answers[0]);
    expect(answers[2]).to.equal(answers[0]);
  });

  it('lets no service account in, even with its password', async () => {
    await world.person({ userName: 'robot', kind: 'service' });
    await type('robot', PASSWORD);
    expect(await browser.text()).to.include('Check both and try again');
  });

  it('pauses after ten wrong passwords, for known and unknown names alike, and does not tell a right one then', async () => {
    const answers = [];
    for (const name of ['alice', 'nobody']) {
      await using visitor = world.browser();
      await visitor.open(await world.app.authorizationUrl());
      await tryWrong(10, name, visitor);
      expect(visitor.status).to.equal(429);
      expect(await visitor.text()).to.include('Try again in one minute');
      await type(name, PASSWORD, visitor);
      answers.push(bare(visitor).replaceAll(name, 'NAME'));
    }
    expect(answers[1]).to.equal(answers[0]);
    expect(world.app.outcomes).to.have.length(0);
  });

  it('lets the right password in when the pause is over', async () => {
    await tryWrong(10);
    world.clock.advance(MINUTE);
    await type('alice', PASSWORD);
    expect(signedIn(world.app.outcomes.at(-1)).claims['sub']).to.equal(world.alice.id);
  });

  it('lets the owner in where they signed in before, whatever strangers try meanwhile', async () => {
    await type('alice', PASSWORD);
    await using stranger = world.browser();
    await stranger.open(await world.app.authorizationUrl());
    await tryWrong(12, 'alice', stranger);
    await browser.open(await world.app.authorizationUrl({ prompt: 'login' }));
    await type('alice', PASSWORD);
    expect(world.app.outcomes).to.have.length(2);
    expect(signedIn(world.app.outcomes.at(-1)).claims['sub']).to.equal(world.alice.id);
  });

  it('writes down successes, failures and pauses, with the names of nobody as keyed hashes only', async () => {
    await tryWrong(10, 'my-secret-typed-as-a-name');
    await type('alice', PASSWORD);
    const events = await world.events();
    const signIns = events.filter(({ type: kind }) => kind.startsWith('signin.'));
    expect(signIns.map(({ type: kind }) => kind)).to.deep.equal([
      ...Array.from({ length: 10 }, () => 'signin.failure'),
      'signin.paused',
      'signin.success',
    ]);
    expect(signIns[0]).to.have.property('typedNameHash');
    expect(signIns.at(-1)).to.include({ subject: world.alice.id, clientId: 'app', method: 'pwd' });
    expect(JSON.stringify(events)).to.not.include('my-secret');
  });

  it('signs nobody in with a password for once, where nothing lets them choose another', async () => {
    const account = await world.directory.accounts.byId(world.alice.id);
    if (!account) throw new Error('no account');
    await world.store.commit(await world.directory.local.setForOnce(account, 'for once only'));
    await type('alice', 'for once only');
    expect(browser.status).to.equal(500);
    expect(world.app.outcomes).to.have.length(0);
  });

  it('refuses a form that was not made here, a doubled field and one too many', async () => {
    const { uid } = await world.openSignIn(browser);
    const csrf = String(await browser.field('csrf'));
    const post = (body: string) =>
      browser.send(`${world.issuer}/interaction/${uid}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      });
    const filled = `username=alice&password=${encodeURIComponent(PASSWORD)}`;
    expect((await post(filled)).status).to.equal(403);
    expect((await post(`csrf=${csrf}&${filled}&password=x`)).status).to.equal(400);
    expect((await post(`csrf=${csrf}&${filled}&accountId=1`)).status).to.equal(400);
    expect((await post(`csrf=${csrf}&username=alice%00&password=x`)).status).to.equal(400);
  });

  it('of one browser cannot be finished in another', async () => {
    const { path } = await world.openSignIn(browser);
    await using thief = world.browser();
    await thief.open(`${world.issuer}${path}`);
    expect(thief.status).to.equal(400);
    expect(await thief.heading()).to.equal('This sign‑in has ended');
  });

  it('that was left open too long leads back to the app, and so does one that is finished', async () => {
    const { path } = await world.openSignIn(browser);
    world.clock.advance(61 * MINUTE);
    await type('alice', PASSWORD);
    expect(await browser.heading()).to.equal('This sign‑in has ended');
    expect(await browser.offers('Go back to The app')).to.equal(true);
    await browser.open(await world.app.authorizationUrl());
    const second = await world.openSignIn(browser);
    await type('alice', PASSWORD);
    for (const ended of [path, second.path]) {
      await browser.open(`${world.issuer}${ended}`);
      expect(await browser.offers('Go back to The app')).to.equal(true);
    }
  });

  it('works in two tabs of one browser, for two sign-ins', async () => {
    const first = await world.openSignIn(browser);
    await browser.open(await world.app.authorizationUrl());
    const second = await world.openSignIn(browser);
    for (const { path } of [first, second]) {
      await browser.open(`${world.issuer}${path}`);
      await type('alice', PASSWORD);
    }
    expect(world.app.outcomes.map(({ kind }) => kind)).to.deep.equal(['signed-in', 'signed-in']);
  });
});
