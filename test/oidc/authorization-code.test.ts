import { expect } from 'chai';
import * as client from 'openid-client';
import type { HttpBrowser } from '../support/http-browser.ts';
import { attribute, elementsIn, parseHtml } from '../support/html.ts';
import { providerWorld, signedIn, type ProviderWorld } from '../support/provider-world.ts';

const MINUTES = 60_000;

describe('a sign-in by authorization code', () => {
  let world: ProviderWorld;
  let browser: HttpBrowser;
  beforeEach(async () => {
    world = await providerWorld();
    browser = world.browser();
  });
  afterEach(async () => {
    await browser[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  const last = () => world.app.outcomes.at(-1);
  const silently = (parameters = {}) => world.app.authorizationUrl({ prompt: 'none', ...parameters });

  it('brings the person into the app with state, nonce and PKCE intact, and tells what was proved', async () => {
    await world.signInAs(browser);
    const { claims, tokens } = signedIn(last());
    expect(claims).to.include({ sub: world.alice.id, acr: 'aal1', auth_time: Math.floor(world.clock.now() / 1000) });
    expect(claims['amr']).to.deep.equal(['pwd']);
    const info = await client.fetchUserInfo(world.app.configuration, tokens.access_token, world.alice.id);
    expect(info).to.deep.include({ email: 'alice@example.test', email_verified: false, name: 'Alice Example' });
  });

  it('takes a mail address for a user name, and upper case for lower', async () => {
    await world.signInAs(browser, {}, 'ALICE@Example.test');
    expect(signedIn(last()).claims['sub']).to.equal(world.alice.id);
  });

  it('asks for the password once for all apps, and keeps telling when that was', async () => {
    await world.signInAs(browser);
    const first = signedIn(last()).claims['auth_time'];
    world.clock.advance(10 * MINUTES);
    await browser.open(await world.app.authorizationUrl());
    expect(signedIn(last()).claims['auth_time']).to.equal(first);
    expect(world.app.outcomes).to.have.length(2);
  });

  it('answers prompt=none without a session by login_required, and with one silently', async () => {
    await browser.open(await silently());
    expect(last()).to.include({ kind: 'error', error: 'login_required' });
    await world.signInAs(browser);
    await browser.open(await silently());
    expect(signedIn(last()).claims['sub']).to.equal(world.alice.id);
  });

  it('asks again for prompt=login and for a sign-in older than max_age, with the name filled in', async () => {
    await world.signInAs(browser);
    for (const parameters of [{ prompt: 'login' }, { max_age: '300' }]) {
      world.clock.advance(10 * MINUTES);
      await browser.open(await world.app.authorizationUrl(parameters));
      expect(await browser.field('username')).to.equal('alice');
      await browser.submit({ username: 'alice', password: 'correct horse battery' });
      expect(signedIn(last()).claims['auth_time']).to.equal(Math.floor(world.clock.now() / 1000));
    }
  });

  it('fills in the name that the app suggests, and speaks the language that it asks for', async () => {
    await browser.open(await world.app.authorizationUrl({ login_hint: 'bob@example.test', ui_locales: 'fr de' }));
    expect(await browser.field('username')).to.equal('bob@example.test');
    expect(await browser.heading()).to.equal('Anmelden');
  });

  it('ends the session of one person before another signs in, and mixes nothing of the two', async () => {
    const bob = await world.person({ userName: 'bob' });
    await world.signInAs(browser);
    const { tokens } = signedIn(last());
    await world.signInAs(browser, { prompt: 'login' }, 'bob');
    expect(signedIn(last()).claims['sub']).to.equal(bob.id);
    expect(await client.tokenIntrospection(world.app.configuration, tokens.access_token)).to.include({ active: false });
    await browser.open(await silently());
    expect(signedIn(last()).claims['sub']).to.equal(bob.id);
  });

  it('posts the answer by a form that the app may receive, with a button where there is no script', async () => {
    await world.signInAs(browser, { response_mode: 'form_post' });
    const policy = String(browser.headers['content-security-policy']);
    expect(policy).to.include(`form-action 'self' ${world.app.origin}`);
    expect(policy).to.match(/script-src 'self' 'sha256-[\w+/]+=*'/);
    const form = elementsIn(parseHtml(browser.body)).find((each) => each.tagName === 'form');
    expect(form && attribute(form, 'action')).to.equal(`${world.app.origin}/callback`);
    expect(browser.body).to.match(/<noscript>[\s\S]*<button[^>]*type="submit"/);
  });

  it('names the place the app is at as a target of the forms of the page', async () => {
    await browser.open(await world.app.authorizationUrl());
    expect(browser.headers['content-security-policy']).to.include(`form-action 'self' ${world.app.origin}`);
  });
});

describe('a code', () => {
  let world: ProviderWorld;
  let browser: HttpBrowser;
  beforeEach(async () => {
    world = await providerWorld({ distantStore: true });
    browser = world.browser();
  });
  afterEach(async () => {
    await browser[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  it('is redeemed by one of fifty at once', async () => {
    const { address, checks } = await world.codeFor(browser);
    const redeem = () => client.authorizationCodeGrant(world.app.configuration, address, checks);
    const results = await Promise.allSettled(Array.from({ length: 50 }, redeem));
    expect(results.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
  });

  it('revokes what came of it when it is shown again, and that is written down', async () => {
    const { address, checks } = await world.codeFor(browser);
    const tokens = await client.authorizationCodeGrant(world.app.configuration, address, checks);
    const again = await world.failure(client.authorizationCodeGrant(world.app.configuration, address, checks));
    expect(again).to.equal('invalid_grant');
    expect(await client.tokenIntrospection(world.app.configuration, tokens.access_token)).to.include({ active: false });
    const reused = (await world.events()).filter(({ type }) => type === 'token.reused');
    expect(reused).to.have.length(1);
    expect(reused[0]).to.include({ result: 'refused', clientId: 'app' });
  });

  it('is good for a minute', async () => {
    const { address, checks } = await world.codeFor(browser);
    world.clock.advance(MINUTES + 1000);
    expect(await world.failure(client.authorizationCodeGrant(world.app.configuration, address, checks))).to.equal(
      'invalid_grant',
    );
  });

  it('is worthless with another verifier', async () => {
    const { address, checks } = await world.codeFor(browser);
    const other = { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() };
    expect(await world.failure(client.authorizationCodeGrant(world.app.configuration, address, other))).to.equal(
      'invalid_grant',
    );
  });
});

describe('PKCE', () => {
  const without = async (app: { require_pkce?: boolean }) => {
    await using world = await providerWorld({ app });
    await using browser = world.browser();
    const url = new URL(await world.app.authorizationUrl());
    url.searchParams.delete('code_challenge');
    url.searchParams.delete('code_challenge_method');
    await browser.open(url.href);
    return (await browser.url()).searchParams.get('error') ?? (await browser.heading());
  };

  it('is required', async () => {
    expect(await without({})).to.equal('invalid_request');
  });

  it('is not required of a confidential client that is said to be unable', async () => {
    expect(await without({ require_pkce: false })).to.equal('Sign in');
  });

  it('is required of a public client whatever its metadata say', async () => {
    await using world = await providerWorld({
      clients: [
        {
          client_id: 'spa',
          token_endpoint_auth_method: 'none',
          redirect_uris: ['http://127.0.0.1:9/callback'],
          require_pkce: false,
          first_party: true,
        },
      ],
    });
    await using browser = world.browser();
    const query = 'client_id=spa&response_type=code&scope=openid&redirect_uri=http://127.0.0.1:9/callback';
    const reply = await browser.send(`${world.issuer}/auth?${query}`);
    expect(new URL(String(reply.headers.location)).searchParams.get('error')).to.equal('invalid_request');
  });
});
