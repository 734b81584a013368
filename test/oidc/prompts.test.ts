import { expect } from 'chai';
import { z } from 'zod';
import {
  get,
  json,
  post,
  type PromptContribution,
  type PromptQuestion,
  type Route,
  type SignIns,
} from '../../src/plugin.ts';
import { PASSWORD, providerWorld, signedIn, type ProviderWorld } from '../support/provider-world.ts';
import type { HttpBrowser } from '../support/http-browser.ts';

const MINUTES = 60_000;

/** A plugin's page: says what it was told, and goes on when posted to. */
const pagesOf =
  (name: string) =>
  (signIns: SignIns): readonly Route[] => [
    get(`/interaction/:uid/${name}`, async (visit) => json(await signIns.details(visit))),
    post(`/interaction/:uid/${name}`, z.strictObject({}), (visit) => signIns.finish(visit, name, { answered: true })),
  ];

describe('a prompt of a plugin', () => {
  let world: ProviderWorld;
  let browser: HttpBrowser;
  let asked: PromptQuestion[];
  let due: { quiz: boolean; survey: boolean };

  const contribution = (name: 'quiz' | 'survey'): PromptContribution => ({
    name,
    reason: `${name}_due`,
    description: `the ${name} is due`,
    async needed(question) {
      asked.push(question);
      return due[name] && !(name === 'survey' && question.silent);
    },
    path: (uid) => `/interaction/${uid}/${name}`,
  });

  beforeEach(async () => {
    asked = [];
    due = { quiz: true, survey: false };
    world = await providerWorld({
      prompts: () => [contribution('quiz'), contribution('survey')],
      routes: (signIns) => [...pagesOf('quiz')(signIns), ...pagesOf('survey')(signIns)],
    });
    browser = world.browser();
  });
  afterEach(async () => {
    await browser[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  const details = (): Record<string, unknown> => JSON.parse(browser.body) as Record<string, unknown>;
  /** Posts to the page that the browser is at, and follows where it leads. */
  const answer = async (): Promise<void> => {
    const { pathname } = await browser.url();
    await using other = world.browser();
    await other.open(world.issuer);
    const csrf = await world.csrfOf(browser);
    const reply = await browser.send(`${world.issuer}${pathname}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ csrf }).toString(),
    });
    expect(reply.status, reply.body).to.equal(303);
    await browser.open(String(reply.headers.location));
  };

  it('has its page between the password and the app, on the same authorization request', async () => {
    await world.signInAs(browser);
    expect((await browser.url()).pathname).to.match(/\/interaction\/[\w-]+\/quiz$/);
    expect(details()).to.deep.include({
      prompt: { name: 'quiz', reasons: ['quiz_due'] },
      clientId: 'app',
      clientName: 'The app',
      accountId: world.alice.id,
      authenticatedAt: world.clock.now(),
      returnOrigin: world.app.origin,
    });
    world.clock.advance(5 * MINUTES);
    await answer();
    const { claims } = signedIn(world.app.outcomes.at(-1));
    expect(claims['auth_time']).to.equal((world.clock.now() - 5 * MINUTES) / 1000);
  });

  it('is asked about the person, the session and how fresh the sign-in is', async () => {
    await world.signInAs(browser);
    const at = world.clock.now();
    await answer();
    due.quiz = false;
    world.clock.advance(MINUTES);
    asked = [];
    await browser.open(await world.app.authorizationUrl());
    expect(asked[0]).to.include({ accountId: world.alice.id, clientId: 'app', authenticatedAt: at, silent: false });
  });

  it('knows the way to a page of our own, where what may be put off would be in the way', async () => {
    const query = { client_id: 'latchkey-pages', redirect_uri: `${world.issuer}/signed-in`, response_type: 'none' };
    await world.signInAs(browser);
    await answer();
    due.quiz = false;
    asked = [];
    await browser.open(`${world.issuer}/auth?${new URLSearchParams({ ...query, scope: 'openid' }).toString()}`);
    await browser.open(await world.app.authorizationUrl());
    expect(asked.map(({ ownPage }) => ownPage)).to.deep.equal([true, true, false, false]);
  });

  it('comes in its turn, each once', async () => {
    due.survey = true;
    await world.signInAs(browser);
    await answer();
    expect((await browser.url()).pathname).to.match(/\/survey$/);
    await answer();
    signedIn(world.app.outcomes.at(-1));
  });

  it('fails prompt=none with a readable cause, unless it lets silent requests pass', async () => {
    await world.signInAs(browser);
    await answer();
    await browser.open(await world.app.authorizationUrl({ prompt: 'none' }));
    expect(world.app.outcomes.at(-1)).to.deep.equal({
      kind: 'error',
      error: 'interaction_required',
      description: 'quiz_due: the quiz is due',
    });
    due = { quiz: false, survey: true };
    await browser.open(await world.app.authorizationUrl({ prompt: 'none' }));
    signedIn(world.app.outcomes.at(-1));
  });

  it('is reached again by the one address of the sign-in', async () => {
    await world.signInAs(browser);
    const { uid } = await world.openSignIn(browser);
    await browser.open(`${world.issuer}/interaction/${uid}`);
    expect((await browser.url()).pathname).to.equal(`/interaction/${uid}/quiz`);
  });

  it('cannot be answered by the page of another, nor can the password be given again there', async () => {
    await world.signInAs(browser);
    const { uid } = await world.openSignIn(browser);
    const csrf = await world.csrfOf(browser);
    const post = (path: string, fields = {}) =>
      browser.send(`${world.issuer}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ csrf, ...fields }).toString(),
      });
    expect((await post(`/interaction/${uid}/survey`)).status).to.equal(409);
    expect((await post(`/interaction/${uid}`, { username: 'alice', password: PASSWORD })).status).to.equal(409);
    expect((await post(`/interaction/${uid}/consent`, { decision: 'allow' })).status).to.equal(409);
    expect(world.app.outcomes).to.have.length(0);
  });

  it('is not skipped by going on without it', async () => {
    await world.signInAs(browser);
    const { uid } = await world.openSignIn(browser);
    await browser.open(`${world.issuer}/auth/${uid}`);
    expect((await browser.url()).pathname).to.match(/\/quiz$/);
    expect(world.app.outcomes).to.have.length(0);
  });
});

describe('a sign-in that a reset spares', () => {
  let world: ProviderWorld;
  let browser: HttpBrowser;
  beforeEach(async () => {
    world = await providerWorld({
      prompts: () => [
        {
          name: 'quiz',
          reason: 'quiz_due',
          description: 'the quiz is due',
          needed: async () => false,
          path: (uid) => `/interaction/${uid}/quiz`,
        },
      ],
    });
    browser = world.browser();
  });
  afterEach(async () => {
    await browser[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  const reset = async (uid: string): Promise<void> => {
    await world.store.commit([
      ...world.directory.people.signingOut(world.alice.id),
      ...(await world.oidc.interactions.sparing(uid, 'alice')),
    ]);
  };

  for (const parameters of [{}, { prompt: 'login' }, { max_age: '0' }]) {
    it(`goes on with the same request, name filled in: ${JSON.stringify(parameters)}`, async () => {
      await world.signInAs(browser);
      world.clock.advance(MINUTES);
      if (Object.keys(parameters).length === 0)
        browser.cookies.keep(new URL(world.issuer), ['session=; Max-Age=0; Path=/']);
      await browser.open(await world.app.authorizationUrl(parameters));
      const { uid, path } = await world.openSignIn(browser);
      await reset(uid);
      await browser.open(`${world.issuer}${path}`);
      expect(await browser.field('username')).to.equal('alice');
      await browser.submit({ username: 'alice', password: PASSWORD });
      expect(signedIn(world.app.outcomes.at(-1)).claims['auth_time']).to.equal(world.clock.now() / 1000);
    });
  }

  it('is the only one: others of the same person end', async () => {
    await world.signInAs(browser);
    await browser.open(await world.app.authorizationUrl({ prompt: 'login' }));
    const other = await world.openSignIn(browser);
    await browser.open(await world.app.authorizationUrl({ prompt: 'login' }));
    const { uid } = await world.openSignIn(browser);
    await reset(uid);
    await browser.open(`${world.issuer}${other.path}`);
    expect(await browser.heading()).to.match(/^This sign.in has ended$/);
  });

  it('does not rise again when it was finished before the reset was', async () => {
    await browser.open(await world.app.authorizationUrl());
    const { uid } = await world.openSignIn(browser);
    await browser.submit({ username: 'alice', password: PASSWORD });
    expect(await world.oidc.interactions.sparing(uid, 'alice')).to.deep.equal([]);
  });
});
