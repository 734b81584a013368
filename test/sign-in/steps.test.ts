import { expect } from 'chai';
import type { StepQuestion } from '../../src/plugin.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { PASSWORD, providerWorld, signedIn, type ProviderWorld } from '../support/provider-world.ts';
import { CODE, secondStep, type StepRules } from './second-step.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('a step after the password', () => {
  let world: ProviderWorld;
  let browser: HttpBrowser;
  let csrf: string;
  let rules: StepRules;
  let asked: StepQuestion[];

  beforeEach(async () => {
    rules = {};
    asked = [];
    world = await providerWorld({ adding: (parts) => secondStep(parts, rules, asked) });
    browser = world.browser();
    await browser.open(await world.app.authorizationUrl());
    csrf = String(await browser.field('csrf'));
  });
  afterEach(async () => {
    await browser[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  const half = (): Record<string, unknown> => JSON.parse(browser.body) as Record<string, unknown>;
  const give = async (page: string, fields: Readonly<Record<string, string>> = {}): Promise<void> => {
    const { uid } = await world.openSignIn(browser);
    await browser.post(`${world.issuer}/interaction/${uid}/${page}`, { csrf, ...fields });
  };
  const again = async (parameters: Readonly<Record<string, string>> = {}): Promise<void> =>
    browser.open(await world.app.authorizationUrl(parameters));
  const password = (username = 'alice') => browser.submit({ username, password: PASSWORD });
  const claims = () => signedIn(world.app.outcomes.at(-1)).claims;
  const types = async () => (await world.events()).map(({ type }) => type).filter((type) => type.startsWith('signin'));

  it('comes before there is a session: the app hears nothing until it was taken', async () => {
    await password();
    expect((await browser.url()).pathname).to.match(/\/interaction\/[\w-]+\/code$/);
    expect(half()).to.deep.include({ accountId: world.alice.id, amr: ['pwd'], acr: 'aal1', stepUp: false });
    expect(world.app.outcomes).to.have.length(0);
    expect([...(browser.cookies.header(new URL(world.issuer))?.matchAll(/\bsession=/g) ?? [])]).to.have.length(0);
    await give('code', { code: CODE });
    expect(claims()).to.include({ sub: world.alice.id, acr: 'aal2' });
    expect(claims()['amr']).to.have.members(['pwd', 'otp', 'mfa']);
  });

  it('is asked with what was proved so far, and is not due for whom it does not concern', async () => {
    rules.has = (userName) => userName !== 'alice';
    await password();
    expect(claims()).to.include({ acr: 'aal1' });
    expect(claims()['amr']).to.deep.equal(['pwd']);
    expect(asked.map(({ amr, acr, met, account }) => ({ amr, acr, met, of: account.userName }))).to.deep.equal([
      { amr: ['pwd'], acr: 'aal1', met: true, of: 'alice' },
    ]);
  });

  it('is told by the log: the password was right, a step is awaited, and only then someone signed in', async () => {
    await password();
    expect(await types()).to.deep.equal(['signin.proved']);
    await give('code', { code: CODE });
    const events = (await world.events()).filter(({ type }) => type.startsWith('signin'));
    expect(events.map(({ type, method, reason }) => ({ type, method, reason }))).to.deep.equal([
      { type: 'signin.proved', method: 'pwd', reason: 'code' },
      { type: 'signin.success', method: 'pwd otp', reason: undefined },
    ]);
  });

  it('is passed by nothing but its proof: not by going on, nor by a page that asks nobody', async () => {
    const { uid } = await world.openSignIn(browser);
    await browser.post(`${world.issuer}/interaction/${uid}/careless`, { csrf, username: 'alice' });
    expect(browser.status).to.equal(409);
    await browser.open(`${world.issuer}/interaction/${uid}`);
    await password();
    for (const path of [`/interaction/${uid}`, `/auth/${uid}`]) await browser.open(`${world.issuer}${path}`);
    await again({ prompt: 'none' });
    expect(world.app.outcomes.map((outcome) => outcome.kind === 'error' && outcome.error)).to.deep.equal([
      'login_required',
    ]);
  });

  it('does not take the second factor of one person for the password of another', async () => {
    await world.person({ userName: 'bob' });
    await password('bob');
    await give('careless', { username: 'alice' });
    expect(browser.status).to.equal(409);
    expect(world.app.outcomes).to.have.length(0);
  });

  it('is reached again by the one address of the sign-in, until somebody starts over', async () => {
    await password();
    const { uid } = await world.openSignIn(browser);
    await browser.open(`${world.issuer}/interaction/${uid}`);
    expect((await browser.url()).pathname).to.equal(`/interaction/${uid}/code`);
    await give('start-over');
    expect((await browser.url()).pathname).to.equal(`/interaction/${uid}`);
    expect(await browser.field('current-password')).to.equal('');
    await browser.open(`${world.issuer}/interaction/${uid}/code`);
    expect((await browser.url()).pathname).to.equal(`/interaction/${uid}`);
  });

  it('waits for fifteen minutes, and then for the password again', async () => {
    await password();
    world.clock.advance(15 * MINUTE);
    await give('code', { code: CODE });
    expect(await browser.field('current-password')).to.equal('');
    expect(world.app.outcomes).to.have.length(0);
  });

  it('belongs to the browser of the password, also where the cookie of the sign-in was taken along', async () => {
    await password();
    const { uid } = await world.openSignIn(browser);
    await using thief = world.browser();
    await thief.open(await world.app.authorizationUrl());
    const stolen = browser.cookies.header(new URL(`${world.issuer}/interaction/${uid}/code`)) ?? '';
    const only = stolen.split('; ').filter((cookie) => cookie.startsWith('interaction'));
    const own = thief.cookies.header(new URL(world.issuer)) ?? '';
    const reply = await thief.send(`${world.issuer}/interaction/${uid}/code`, {
      headers: { cookie: [own, ...only].join('; ') },
    });
    expect(reply.headers.location).to.equal(`/interaction/${uid}`);
  });

  it('ends when everything of the person ends', async () => {
    await password();
    await world.endEverything(world.alice.id);
    await give('code', { code: CODE });
    expect(await browser.heading()).to.equal('This sign‑in has ended');
    expect(world.app.outcomes).to.have.length(0);
  });

  it('ends for a sign-in that a reset spares: its password has to be given anew', async () => {
    await password();
    const { uid } = await world.openSignIn(browser);
    await world.store.commit([
      ...world.directory.people.signingOut(world.alice.id),
      ...(await world.signIns.sparing(uid, 'alice')),
    ]);
    await browser.open(`${world.issuer}/interaction/${uid}/code`);
    expect((await browser.url()).pathname).to.equal(`/interaction/${uid}`);
    expect(await browser.field('username')).to.equal('alice');
    await password();
    await give('code', { code: CODE });
    expect(claims()).to.include({ acr: 'aal2' });
  });

  it('makes the browser known and clears the guard only with the whole sign-in', async () => {
    for (let at = 0; at < 5; at += 1) await browser.submit({ username: 'alice', password: `wrong ${String(at)}` });
    await password();
    await using stranger = world.browser();
    await stranger.open(await world.app.authorizationUrl());
    for (let at = 5; at < 9; at += 1) await stranger.submit({ username: 'alice', password: `wrong ${String(at)}` });
    expect(stranger.status).to.equal(422);
    await stranger.submit({ username: 'alice', password: 'wrong 9' });
    expect(stranger.status).to.equal(429);
    await give('code', { code: CODE });
    await stranger.open(await world.app.authorizationUrl());
    await stranger.submit({ username: 'alice', password: 'wrong 10' });
    expect(stranger.status).to.equal(422);
  });

  it('does not make a stranger who has only the password known, nor count the right password against anybody', async () => {
    await using stranger = world.browser();
    for (let at = 0; at < 12; at += 1) {
      await stranger.open(await world.app.authorizationUrl());
      await stranger.submit({ username: 'alice', password: PASSWORD });
      expect((await stranger.url()).pathname).to.match(/\/code$/);
    }
    expect(await world.knownBrowsers.forgetting(world.alice.id)).to.have.length(0);
    await password();
    await give('code', { code: CODE });
    expect(await world.knownBrowsers.forgetting(world.alice.id)).to.have.length(1);
  });

  it('leaves somebody else signed in here until it is taken, and ends their session then', async () => {
    await world.person({ userName: 'bob' });
    rules.has = (userName) => userName === 'bob';
    await password();
    const { tokens } = signedIn(world.app.outcomes.at(-1));
    await again({ prompt: 'login' });
    await password('bob');
    expect((await browser.url()).pathname).to.match(/\/code$/);
    expect(await world.sessions.list(world.alice.id)).to.have.length(1);
    await give('code', { code: CODE });
    expect(claims()['sub']).to.not.equal(world.alice.id);
    expect(await world.sessions.list(world.alice.id)).to.have.length(0);
    expect(await world.app.refresh(tokens.refresh_token ?? '')).to.include({ error: 'invalid_grant' });
  });

  it('can be given up, which the app hears', async () => {
    await password();
    await give('give-up');
    expect(world.app.outcomes.at(-1)).to.include({ kind: 'error', error: 'access_denied' });
  });

  it('is not asked again where the browser is remembered, for as many days as were said', async () => {
    await password();
    await give('code', { code: CODE, days: '30' });
    world.clock.advance(29 * DAY);
    await again();
    await password();
    expect(claims()).to.include({ acr: 'aal1' });
    const [remembered] = await world.remembered.list({ id: world.alice.id, epoch: world.alice.epoch });
    expect(remembered?.agent).to.include('Firefox');
    world.clock.advance(1 * DAY);
    await again({ prompt: 'login' });
    await password();
    expect((await browser.url()).pathname).to.match(/\/code$/);
  });

  it('is asked in a remembered browser too where the app wants two factors, and after everything ended', async () => {
    await password();
    await give('code', { code: CODE, days: '30' });
    await again({ prompt: 'login', acr_values: 'aal2' });
    await password();
    expect((await browser.url()).pathname).to.match(/\/code$/);
    await world.endEverything(world.alice.id);
    await again();
    await password();
    expect((await browser.url()).pathname).to.match(/\/code$/);
  });

  it('is asked again where a remembered browser was forgotten', async () => {
    await password();
    await give('code', { code: CODE, days: '30' });
    await world.store.commit(await world.remembered.forgetting(world.alice.id));
    await again({ prompt: 'login' });
    await password();
    expect((await browser.url()).pathname).to.match(/\/code$/);
  });

  it('is no second factor where it proves the same kind of thing again', async () => {
    rules.amr = ['kba'];
    rules.has = (userName) => userName === 'alice' && asked.length < 2;
    await password();
    await give('code', { code: CODE });
    expect(claims()).to.include({ acr: 'aal1' });
    expect(claims()['amr']).to.deep.equal(['pwd', 'kba']);
  });

  it('is not needed by who came in by a passkey, which the sign-in page offers', async () => {
    expect(await browser.offers('Sign in')).to.equal(true);
    await give('passkey', { username: 'alice' });
    expect(claims()).to.include({ sub: world.alice.id, acr: 'phr' });
    expect(claims()['amr']).to.have.members(['swk', 'user', 'mfa']);
    expect(await types()).to.deep.equal(['signin.success']);
  });
});

describe('a step that is taken while everything of the person ends', () => {
  it('signs nobody in, whichever of its steps in the store it was at', async () => {
    await using world = await providerWorld({ distantStore: true, adding: (parts) => secondStep(parts, {}, []) });
    let steps = 0;
    for (let came = true; came; steps += 1) {
      await using visitor = world.browser();
      const csrf = await world.csrfOf(visitor);
      await world.signInAs(visitor);
      const { uid } = await world.openSignIn(visitor);
      const interrupted = world.interrupt(steps + 1, () => world.endEverything(world.alice.id));
      await visitor.post(`${world.issuer}/interaction/${uid}/code`, { csrf, code: CODE });
      came = interrupted();
      if (!came) continue;
      await visitor.open(`${world.issuer}/own-page`);
      expect(JSON.parse(visitor.body), `step ${String(steps)}`).to.equal(null);
      expect(await world.sessions.list(world.alice.id)).to.have.length(0);
    }
    expect(steps).to.be.greaterThan(10);
  }).timeout(120_000);
});
