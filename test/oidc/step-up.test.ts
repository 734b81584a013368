import { createRemoteJWKSet, jwtVerify } from 'jose';
import { expect } from 'chai';
import * as client from 'openid-client';
import type { StepQuestion } from '../../src/plugin.ts';
import { CODE, secondStep, type StepRules } from '../sign-in/second-step.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { PASSWORD, providerWorld, signedIn, type ProviderWorld } from '../support/provider-world.ts';

const MINUTE = 60_000;
const API = 'https://api.example.test/orders';

const essential = (...values: string[]) => JSON.stringify({ id_token: { acr: { essential: true, values } } });

describe('a level of assurance that an app asks for', () => {
  let world: ProviderWorld;
  let browser: HttpBrowser;
  let csrf: string;
  let rules: StepRules;
  let asked: StepQuestion[];

  beforeEach(async () => {
    // Nobody is asked for a second factor unless an app wants one.
    rules = { onlyWanted: true };
    asked = [];
    world = await providerWorld({
      resources: [{ resource: API, scope: 'orders:read', format: 'jwt' }],
      adding: (parts) => secondStep(parts, rules, asked),
    });
    browser = world.browser();
    csrf = await world.csrfOf(browser);
  });
  afterEach(async () => {
    await browser[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  const go = async (parameters: Readonly<Record<string, string>> = {}): Promise<void> =>
    browser.open(await world.app.authorizationUrl(parameters));
  const password = (username = 'alice') => browser.submit({ username, password: PASSWORD });
  const page = async (name: string, fields: Readonly<Record<string, string>> = {}): Promise<void> => {
    const { uid } = await world.openSignIn(browser);
    await browser.post(`${world.issuer}/interaction/${uid}/${name}`, { csrf, ...fields });
  };
  const code = () => page('code', { code: CODE });
  const at = async () => (await browser.url()).pathname.replace(/^\/interaction\/[^/]+/, '');
  const claims = () => signedIn(world.app.outcomes.at(-1)).claims;
  const refusal = () => world.app.outcomes.at(-1);

  it('is proved at sign-in, by wish or by essential claim', async () => {
    for (const parameters of [{ acr_values: 'aal2' }, { claims: essential('aal2') }]) {
      await using fresh = world.browser();
      browser = fresh;
      csrf = await world.csrfOf(browser);
      await go(parameters);
      await password();
      expect(await at()).to.equal('/code');
      await code();
      expect(claims()).to.include({ acr: 'aal2' });
    }
  });

  it('asks somebody signed in for what is missing only, and keeps the time of their sign-in', async () => {
    await go();
    await password();
    expect(claims()).to.include({ acr: 'aal1' });
    const signedInAt = Math.floor(world.clock.now() / 1000);
    world.clock.advance(30 * MINUTE);
    await go({ acr_values: 'aal2' });
    expect(await at()).to.equal('/code');
    expect(JSON.parse(browser.body)).to.include({ accountId: world.alice.id, stepUp: true });
    await code();
    expect(claims()).to.include({ acr: 'aal2', auth_time: signedInAt });
    expect(claims()['amr']).to.have.members(['pwd', 'otp', 'mfa']);
    const last = (await world.events()).at(-1);
    expect(last).to.include({ type: 'signin.success', method: 'pwd otp', reason: 'step-up' });
  });

  it('is kept in the session: nobody is asked twice, and whoever wants less is told the truth', async () => {
    await go({ acr_values: 'aal2' });
    await password();
    await code();
    await go({ claims: essential('aal2') });
    await go();
    expect(world.app.outcomes).to.have.length(3);
    expect(claims()).to.include({ acr: 'aal2' });
  });

  it('is met by more, which an essential request is told by its own value', async () => {
    await go({ acr_values: 'aal2' });
    await page('passkey', { username: 'alice' });
    expect(claims()).to.include({ acr: 'aal2' });
    await go({ claims: essential('aal2', 'aal1') });
    expect(claims()).to.include({ acr: 'aal2' });
    await go({ claims: essential('phr') });
    await go();
    expect(world.app.outcomes).to.have.length(4);
    expect(claims()).to.include({ acr: 'phr' });
  });

  it('asks for the password again where that is asked for as well', async () => {
    await go();
    await password();
    world.clock.advance(30 * MINUTE);
    for (const parameters of [{ prompt: 'login' }, { max_age: '60' }]) {
      await go({ ...parameters, acr_values: 'aal2' });
      expect(await at()).to.equal('');
      await password();
      expect(await at()).to.equal('/code');
      await code();
      expect(claims()).to.include({ acr: 'aal2', auth_time: Math.floor(world.clock.now() / 1000) });
      world.clock.advance(30 * MINUTE);
    }
  });

  it('is no more than a wish in acr_values: who cannot reach it comes through with what they have', async () => {
    rules.has = () => false;
    await go({ acr_values: 'phr aal2' });
    await password();
    expect(claims()).to.include({ acr: 'aal1' });
    await go({ acr_values: 'phr aal2' });
    expect(claims()).to.include({ acr: 'aal1' });
    await go({ acr_values: 'phr aal2', prompt: 'none' });
    expect(claims()).to.include({ acr: 'aal1' });
    expect(world.app.outcomes).to.have.length(3);
  });

  it('ends with unmet_authentication_requirements where it is essential and somebody cannot reach it', async () => {
    rules.has = () => false;
    await go({ claims: essential('aal2') });
    await password();
    expect(refusal()).to.include({ kind: 'error', error: 'unmet_authentication_requirements' });
    await go();
    await password();
    await go({ claims: essential('aal2') });
    expect(refusal()).to.include({ kind: 'error', error: 'unmet_authentication_requirements' });
    const refused = (await world.events()).filter(({ type }) => type === 'signin.refused');
    expect(refused.map(({ reason }) => reason)).to.deep.equal(
      Array.from({ length: 2 }, () => 'unmet_authentication_requirements'),
    );
  });

  it('ends so at once where nothing here is known by that name, and where somebody gives up', async () => {
    await go({ claims: essential('urn:example:gold') });
    expect(refusal()).to.include({ error: 'unmet_authentication_requirements' });
    await go({ claims: essential('aal2') });
    await password();
    await page('give-up');
    expect(refusal()).to.include({ error: 'unmet_authentication_requirements' });
  });

  it('may be given up by somebody signed in where it is a wish: they go on as they are', async () => {
    await go();
    await password();
    await go({ acr_values: 'aal2' });
    await page('give-up');
    expect(claims()).to.include({ acr: 'aal1' });
  });

  it('answers prompt=none by login_required where it is essential and not proved yet', async () => {
    await go();
    await password();
    await go({ claims: essential('aal2'), prompt: 'none' });
    expect(refusal()).to.include({ kind: 'error', error: 'login_required' });
    await go({ claims: essential('aal2') });
    await code();
    await go({ claims: essential('aal2'), prompt: 'none' });
    expect(claims()).to.include({ acr: 'aal2' });
  });

  it('is told to resource servers: at introspection and in signed access tokens, also after a refresh', async () => {
    await go({ acr_values: 'aal2', resource: API, scope: 'openid orders:read' });
    await password();
    await code();
    const { tokens: mixed, claims: told } = signedIn(world.app.outcomes.at(-1));
    const expected = { acr: 'aal2', auth_time: told['auth_time'] };
    const keys = createRemoteJWKSet(new URL(`${world.issuer}/jwks`));
    const forApi = await client.refreshTokenGrant(world.app.configuration, mixed.refresh_token ?? '', {
      resource: API,
      scope: 'orders:read',
    });
    const { payload } = await jwtVerify(forApi.access_token, keys, { issuer: world.issuer, audience: API });
    expect(payload).to.include(expected);
    await go({ acr_values: 'aal2' });
    const first = signedIn(world.app.outcomes.at(-1)).tokens;
    const refreshed = signedIn(await world.app.refresh(first.refresh_token ?? '')).tokens;
    for (const token of [first.access_token, refreshed.access_token]) {
      const answer = await client.tokenIntrospection(world.app.configuration, token);
      expect(answer).to.include(expected);
      expect(answer['amr']).to.have.members(['pwd', 'otp', 'mfa']);
    }
  });

  it('of a session that a password alone has renewed is that of the password', async () => {
    await go({ acr_values: 'aal2' });
    await password();
    await code();
    await go({ prompt: 'login' });
    await password();
    expect(claims()).to.include({ acr: 'aal1' });
    expect(claims()['amr']).to.deep.equal(['pwd']);
  });

  it('that cannot be read is refused', async () => {
    await go({ claims: JSON.stringify({ id_token: { acr: { essential: true, values: 'aal2' } } }) });
    expect(refusal()).to.include({ kind: 'error', error: 'invalid_request' });
  });
});

describe('single claims that an app asks for', () => {
  const email = JSON.stringify({ id_token: { email: { essential: true } }, userinfo: { phone_number: null } });

  it('come without further questions to the organisation’s own apps', async () => {
    await using world = await providerWorld();
    await using browser = world.browser();
    await world.signInAs(browser, { scope: 'openid', claims: email });
    expect(signedIn(world.app.outcomes.at(-1)).claims).to.include({ email: 'alice@example.test' });
  });

  it('are asked of the person for others, in the words of their scope, and are all that these then get', async () => {
    await using world = await providerWorld({ app: { first_party: false } });
    await using browser = world.browser();
    await world.signInAs(browser, { scope: 'openid', claims: email });
    expect(await browser.text())
      .to.include('your email address')
      .and.to.include('your phone number');
    await browser.submit({}, 'decision=allow');
    const { claims, tokens } = signedIn(world.app.outcomes.at(-1));
    expect(claims).to.include({ email: 'alice@example.test' });
    const info = await client.fetchUserInfo(world.app.configuration, tokens.access_token, world.alice.id);
    expect(info).to.not.have.any.keys('email', 'name');
  });
});
