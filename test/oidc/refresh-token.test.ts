import { expect } from 'chai';
import * as client from 'openid-client';
import type { HttpBrowser } from '../support/http-browser.ts';
import { providerWorld, signedIn, type ProviderWorld } from '../support/provider-world.ts';

const DAYS = 86_400_000;

describe('a refresh token', () => {
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

  /** Of a sign-in that the app may go on with after the session has ended. */
  const offline = { scope: 'openid offline_access', prompt: 'consent' };

  const refreshTokenOf = async (parameters = {}): Promise<string> => {
    await world.signInAs(browser, parameters);
    const token = signedIn(world.app.outcomes.at(-1)).tokens.refresh_token;
    if (token === undefined) throw new Error('no refresh token came');
    return token;
  };
  const refresh = (token: string) => client.refreshTokenGrant(world.app.configuration, token);
  const isActive = async (token: string) => (await client.tokenIntrospection(world.app.configuration, token)).active;

  it('is replaced at each use, and tells of the same sign-in', async () => {
    const first = await refreshTokenOf();
    const tokens = await refresh(first);
    expect(tokens.refresh_token).to.be.a('string').that.does.not.equal(first);
    expect(tokens.claims()).to.include({ sub: world.alice.id, acr: 'aal1' });
  });

  it('revokes all that came of the sign-in when it is shown again, and that is written down', async () => {
    const first = await refreshTokenOf();
    const second = await refresh(first);
    expect(await world.failure(refresh(first))).to.equal('invalid_grant');
    expect(await isActive(second.access_token)).to.equal(false);
    expect(await world.failure(refresh(String(second.refresh_token)))).to.equal('invalid_grant');
    const [reused] = (await world.events()).filter(({ type }) => type === 'token.reused');
    expect(reused).to.include({ clientId: 'app', subject: world.alice.id });
  });

  it('gives new tokens to one of fifty at once', async () => {
    const token = await refreshTokenOf();
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => refresh(token)));
    expect(results.filter(({ status }) => status === 'fulfilled').length).to.be.at.most(1);
  });

  it('ends with the session where the app did not ask for more', async () => {
    const token = await refreshTokenOf();
    world.clock.advance(0.6 * DAYS);
    expect(await world.failure(refresh(token))).to.equal('invalid_grant');
  });

  it('outlives the session for offline_access, thirty days after each use', async () => {
    let token = await refreshTokenOf(offline);
    for (let month = 0; month < 3; month += 1) {
      world.clock.advance(29 * DAYS);
      token = String((await refresh(token)).refresh_token);
    }
    world.clock.advance(31 * DAYS);
    expect(await world.failure(refresh(token))).to.equal('invalid_grant');
  });

  it('asks nobody for consent when it is for one of the organisation’s own apps', async () => {
    await world.signInAs(browser, offline);
    expect(signedIn(world.app.outcomes.at(-1)).tokens.scope).to.include('offline_access');
  });

  it('survives a restart of the session by a new sign-in of the same person', async () => {
    const token = await refreshTokenOf(offline);
    await browser.open(await world.app.authorizationUrl({ prompt: 'login' }));
    await browser.submit({ username: 'alice', password: 'correct horse battery' });
    expect((await refresh(token)).access_token).to.be.a('string');
  });

  it('of an app that may not refresh is never given', async () => {
    await using other = await providerWorld({ app: { grant_types: ['authorization_code'] } });
    await using visitor = other.browser();
    await other.signInAs(visitor, offline);
    expect(signedIn(other.app.outcomes.at(-1)).tokens.refresh_token).to.equal(undefined);
  });
});
