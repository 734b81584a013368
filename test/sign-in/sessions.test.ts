import { expect } from 'chai';
import type { StepQuestion } from '../../src/plugin.ts';
import { HttpBrowser } from '../support/http-browser.ts';
import { PASSWORD, providerWorld, signedIn, type ProviderWorld } from '../support/provider-world.ts';
import { CODE, secondStep, type StepRules } from './second-step.ts';

const MINUTE = 60_000;

describe('sessions', () => {
  let world: ProviderWorld;
  let browser: HttpBrowser;
  let rules: StepRules;
  let asked: StepQuestion[];
  let csrf: string;

  beforeEach(async () => {
    rules = { onlyWanted: true };
    asked = [];
    world = await providerWorld({
      app: { grant_types: ['authorization_code', 'refresh_token'] },
      adding: (parts) => secondStep(parts, rules, asked),
    });
    browser = world.browser();
    csrf = await world.csrfOf(browser);
  });
  afterEach(async () => {
    await browser[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  const shown = (by = browser): Record<string, unknown> | null => JSON.parse(by.body) as Record<string, unknown> | null;
  const here = async (by = browser): Promise<Record<string, unknown> | null> => {
    await by.open(`${world.issuer}/own-page`);
    return shown(by);
  };
  const password = (by = browser) => by.submit({ username: 'alice', password: PASSWORD });
  const code = async (): Promise<void> => {
    const { uid } = await world.openSignIn(browser);
    await browser.post(`${world.issuer}/interaction/${uid}/code`, { csrf, code: CODE });
  };
  const visit = (agent: string) => ({ address: '192.0.2.7', agent, correlation: 'TEST' });
  const listed = () => world.sessions.list(world.alice.id);

  it('are known to a page of our own while they last', async () => {
    expect(await here()).to.equal(null);
    await world.signInAs(browser);
    expect(await here()).to.deep.include({
      accountId: world.alice.id,
      authenticatedAt: world.clock.now(),
      amr: ['pwd'],
      acr: 'aal1',
      epoch: world.alice.epoch,
    });
    await world.endEverything(world.alice.id);
    expect(await here()).to.equal(null);
  });

  it('are listed with when, where, by what and for which apps', async () => {
    await world.signInAs(browser);
    const begunAt = world.clock.now();
    await using phone = new HttpBrowser(world.clock, { agent: 'A telephone' });
    world.clock.advance(5 * MINUTE);
    await world.signInAs(phone);
    world.clock.advance(5 * MINUTE);
    await browser.open(await world.app.authorizationUrl());
    const [first, second] = await listed();
    expect(first).to.deep.include({ begunAt, usedAt: world.clock.now(), address: '127.0.0.1', apps: ['The app'] });
    expect(first?.agent).to.include('Firefox');
    expect(second).to.deep.include({ begunAt: begunAt + 5 * MINUTE, agent: 'A telephone' });
  });

  it('are not listed where everything has ended, and those of others are not', async () => {
    await world.person({ userName: 'bob' });
    await world.signInAs(browser);
    await using other = world.browser();
    await world.signInAs(other, {}, 'bob');
    expect(await listed()).to.have.length(1);
    await world.endEverything(world.alice.id);
    expect(await listed()).to.have.length(0);
  });

  it('can be ended one by one, with all that their apps were given, also for longer', async () => {
    await world.signInAs(browser, { scope: 'openid offline_access', prompt: 'consent' });
    const kept = signedIn(world.app.outcomes.at(-1)).tokens.refresh_token ?? '';
    await using phone = new HttpBrowser(world.clock, { agent: 'A telephone' });
    await world.signInAs(phone);
    const [theirs] = (await listed()).filter(({ agent }) => agent !== 'A telephone');
    const ended = await world.sessions.end(visit('A telephone') as never, world.alice.id, theirs?.uid ?? '');
    expect(ended).to.equal(true);
    expect(await here()).to.equal(null);
    expect((await here(phone))?.['accountId']).to.equal(world.alice.id);
    expect(await world.app.refresh(kept)).to.include({ kind: 'error', error: 'invalid_grant' });
    expect((await world.events()).at(-1)).to.include({ type: 'session.ended', subject: world.alice.id });
  });

  it('can be ended all but this one', async () => {
    await world.signInAs(browser);
    for (let count = 0; count < 3; count += 1) {
      await using other = world.browser();
      await world.signInAs(other);
    }
    const uid = String((await here())?.['uid']);
    expect(await world.sessions.endOthers(visit('') as never, world.alice.id, uid)).to.equal(3);
    expect((await listed()).map((each) => each.uid)).to.deep.equal([uid]);
    expect((await here())?.['uid']).to.equal(uid);
  });

  it('of others cannot be ended', async () => {
    const bob = await world.person({ userName: 'bob' });
    await world.signInAs(browser);
    const uid = String((await here())?.['uid']);
    expect(await world.sessions.end(visit('') as never, bob.id, uid)).to.equal(false);
    expect((await here())?.['uid']).to.equal(uid);
  });

  it('begin for a page of our own as for an app, and come back to it', async () => {
    await browser.open(`${world.issuer}/own-page/any`);
    expect(await browser.text()).to.include('Example');
    await password();
    expect((await browser.url()).href).to.equal(`${world.issuer}/own-page`);
    expect(shown()).to.include({ accountId: world.alice.id });
    await browser.open(`${world.issuer}/own-page/any`);
    expect((await browser.url()).pathname).to.equal('/own-page');
    expect((await listed())[0]?.apps).to.deep.equal([]);
  });

  it('are proved afresh, and by two factors, where a page of our own asks for that', async () => {
    await world.signInAs(browser);
    await browser.open(`${world.issuer}/own-page/fresh`);
    expect((await browser.url()).pathname).to.match(/\/code$/);
    await code();
    expect(shown()).to.include({ acr: 'aal2' });
    world.clock.advance(11 * MINUTE);
    await browser.open(`${world.issuer}/own-page/fresh`);
    expect(await browser.field('current-password')).to.equal('');
    await password();
    await code();
    expect(shown()).to.include({ acr: 'aal2', authenticatedAt: world.clock.now() });
  });

  it('that cannot reach what a page of our own asks for end at a page that says so, not in a circle', async () => {
    rules.has = () => false;
    await browser.open(`${world.issuer}/own-page/fresh`);
    await password();
    expect(browser.status).to.equal(403);
    expect(await browser.heading()).to.equal('A second proof is missing');
  });

  it('do not begin for a page in another browser than the one that asked', async () => {
    const reply = await browser.send(`${world.issuer}/own-page/any`);
    const state = new URL(String(reply.headers.location), world.issuer).searchParams.get('state') ?? '';
    await using victim = world.browser();
    await world.signInAs(victim);
    await victim.open(`${world.issuer}/signed-in?state=${encodeURIComponent(state)}`);
    expect(victim.status).to.equal(400);
    for (const made of ['', 'x', `${state}x`]) {
      await browser.open(`${world.issuer}/signed-in?state=${encodeURIComponent(made)}`);
      expect(browser.status).to.equal(400);
    }
  });

  it('lead nowhere but to pages of our own', async () => {
    await browser.open(`${world.issuer}/own-page/astray`);
    expect(browser.status).to.equal(500);
  });

  it('that somebody does not want to begin end at a page', async () => {
    await browser.open(`${world.issuer}/own-page/fresh`);
    await password();
    const { uid } = await world.openSignIn(browser);
    await browser.post(`${world.issuer}/interaction/${uid}/give-up`, { csrf });
    expect((await browser.url()).pathname).to.equal('/signed-in');
    expect(browser.status).to.equal(403);
  });
});
