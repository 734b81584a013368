import { expect } from 'chai';
import * as client from 'openid-client';
import { artifacts } from '../../src/oidc/artifact.ts';
import { eq } from '../../src/store/query.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { PASSWORD, providerWorld, signedIn, type PendingCode, type ProviderWorld } from '../support/provider-world.ts';

describe('after everything of a person has ended', () => {
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

  const configuration = () => world.app.configuration;
  const isActive = async (token: string): Promise<unknown> =>
    (await client.tokenIntrospection(configuration(), token)).active;

  /** Nothing that was given out before is good for anything. */
  const expectNothingOf = async (tokens: client.TokenEndpointResponse): Promise<void> => {
    expect(await isActive(tokens.access_token)).to.equal(false);
    const info = client.fetchUserInfo(configuration(), tokens.access_token, world.alice.id);
    expect(await world.failure(info)).to.equal('invalid_token');
    if (tokens.refresh_token === undefined) return;
    expect(await isActive(tokens.refresh_token)).to.equal(false);
    const refreshed = client.refreshTokenGrant(configuration(), tokens.refresh_token);
    expect(await world.failure(refreshed)).to.equal('invalid_grant');
  };

  const offline = { scope: 'openid offline_access', prompt: 'consent' };

  it('no session, token or refresh token of theirs works', async () => {
    await world.signInAs(browser, offline);
    const { tokens } = signedIn(world.app.outcomes.at(-1));
    await world.endEverything(world.alice.id);
    await expectNothingOf(tokens);
    await browser.open(await world.app.authorizationUrl({ prompt: 'none' }));
    expect(world.app.outcomes.at(-1)).to.include({ error: 'login_required' });
  });

  it('a code given out before is worthless', async () => {
    const { address, checks } = await world.codeFor(browser);
    await world.endEverything(world.alice.id);
    const redeemed = client.authorizationCodeGrant(configuration(), address, checks);
    expect(await world.failure(redeemed)).to.equal('invalid_grant');
  });

  it('a sign-in whose password was checked before does not come through', async () => {
    await browser.open(await world.app.authorizationUrl());
    const { uid } = await world.openSignIn(browser);
    // What the page's post does up to the redirect; the redirect then arrives too late.
    const reply = await world.postPassword(browser, uid, PASSWORD);
    expect(reply.status).to.equal(303);
    await world.endEverything(world.alice.id);
    await browser.open(String(reply.headers.location));
    expect(world.app.outcomes).to.have.length(0);
    expect(browser.status).to.equal(400);
    expect(await browser.heading()).to.equal('This sign‑in has ended');
    expect(await browser.offers('Go back to The app')).to.equal(true);
  });

  it('others stay signed in', async () => {
    await world.person({ userName: 'bob' });
    await world.signInAs(browser, offline, 'bob');
    const { tokens } = signedIn(world.app.outcomes.at(-1));
    await world.endEverything(world.alice.id);
    expect(await isActive(tokens.access_token)).to.equal(true);
  });

  it('the person signs in again, and that works', async () => {
    await world.signInAs(browser);
    await world.endEverything(world.alice.id);
    await world.signInAs(browser);
    const { tokens } = signedIn(world.app.outcomes.at(-1));
    expect(await isActive(tokens.access_token)).to.equal(true);
  });

  it('the job leaves none of the old artifacts, and the new ones alone', async () => {
    await world.signInAs(browser);
    await world.endEverything(world.alice.id);
    await world.signInAs(browser);
    const { tokens } = signedIn(world.app.outcomes.at(-1));
    await world.scheduler.settle();
    const { docs } = await world.store.find(artifacts, eq('accountId', world.alice.id), { limit: 100 });
    expect(new Set(docs.map(({ epoch }) => epoch))).to.deep.equal(new Set([2]));
    expect(await isActive(tokens.access_token)).to.equal(true);
  });

  /**
   * Lets everything end right before the first step that a request makes in the store, then before the second, and so
   * on until it has no more steps. `request` gives all the tokens that it, or what it gave, was good for.
   */
  const atEachStep = async (
    request: (visitor: HttpBrowser) => Promise<() => Promise<client.TokenEndpointResponse | undefined>>,
    end = () => world.endEverything(world.alice.id),
  ): Promise<number> => {
    for (let step = 1; ; step += 1) {
      await using visitor = world.browser();
      const send = await request(visitor);
      const interrupted = world.interrupt(step, end);
      const tokens = await send();
      if (!interrupted()) return step - 1;
      if (tokens) await expectNothingOf(tokens);
      await visitor.open(await world.app.authorizationUrl({ prompt: 'none' }));
      expect(world.app.outcomes.at(-1)).to.include({ error: 'login_required' });
    }
  };

  const orNothing = <T>(promise: Promise<T>): Promise<T | undefined> => promise.catch(() => undefined);

  const redeem = (code: PendingCode) => client.authorizationCodeGrant(configuration(), code.address, code.checks);

  it('nothing comes back from an authorization request, whichever of its steps it was at', async () => {
    const steps = await atEachStep(async (visitor) => {
      await world.signInAs(visitor);
      return async () => {
        const code = await orNothing(world.codeFor(visitor, { prompt: 'none' }));
        return code && (await orNothing(redeem(code)));
      };
    });
    expect(steps).to.be.greaterThan(10);
  }).timeout(120_000);

  it('nothing comes of a sign-in with the password of before a reset, whichever of its steps it was at', async () => {
    let password = PASSWORD;
    const request = async (visitor: HttpBrowser) => {
      await visitor.open(await world.app.authorizationUrl());
      const before = world.app.outcomes.length;
      return async () => {
        await visitor.submit({ username: 'alice', password });
        const outcome = world.app.outcomes[before];
        return outcome?.kind === 'signed-in' ? outcome.tokens : undefined;
      };
    };
    const reset = async () => {
      password = `${password} `;
      await world.setPassword(world.alice.id, password);
    };
    expect(await atEachStep(request, reset)).to.be.greaterThan(10);
  }).timeout(120_000);

  it('nothing comes of a code, whichever step of its redemption it was at', async () => {
    const steps = await atEachStep(async (visitor) => {
      const code = await world.codeFor(visitor, offline);
      return () => orNothing(redeem(code));
    });
    expect(steps).to.be.greaterThan(5);
  }).timeout(120_000);

  it('nothing comes of a refresh token, whichever step of its use it was at', async () => {
    const steps = await atEachStep(async (visitor) => {
      const { refresh_token: token } = await redeem(await world.codeFor(visitor, offline));
      return () => orNothing(client.refreshTokenGrant(configuration(), String(token)));
    });
    expect(steps).to.be.greaterThan(5);
  }).timeout(120_000);

  it('nothing comes back from a hundred requests that were in flight', async () => {
    const browsers = Array.from({ length: 20 }, () => world.browser());
    const given: client.TokenEndpointResponse[] = [];
    const codes: Awaited<ReturnType<ProviderWorld['codeFor']>>[] = [];
    for (const each of browsers) {
      await world.signInAs(each, offline);
      given.push(signedIn(world.app.outcomes.at(-1)).tokens);
      codes.push(await world.codeFor(each));
    }

    const late: client.TokenEndpointResponse[] = [];
    const keep = (request: Promise<client.TokenEndpointResponse>) =>
      request.then(
        (tokens) => {
          late.push(tokens);
        },
        () => undefined,
      );
    const silent = async (each: HttpBrowser): Promise<void> => {
      await each.open(await world.app.authorizationUrl({ prompt: 'none' }));
    };
    const requests = browsers.flatMap((each, at) => {
      const { address, checks } = codes[at] ?? { address: new URL(world.issuer), checks: {} };
      const { access_token: token = '', refresh_token: refreshToken = '' } = given[at] ?? {};
      return [
        silent(each),
        keep(client.authorizationCodeGrant(configuration(), address, checks)),
        keep(client.refreshTokenGrant(configuration(), refreshToken)),
        client.fetchUserInfo(configuration(), token, world.alice.id).catch(() => undefined),
        isActive(token),
      ];
    });
    await new Promise(setImmediate);
    await world.endEverything(world.alice.id);
    await Promise.all(requests);

    for (const tokens of [...given, ...late]) await expectNothingOf(tokens);
    for (const outcome of world.app.outcomes.slice(browsers.length)) {
      if (outcome.kind === 'signed-in') await expectNothingOf(outcome.tokens);
    }
    for (const each of browsers) {
      await each.open(await world.app.authorizationUrl({ prompt: 'none' }));
      expect(world.app.outcomes.at(-1)).to.include({ error: 'login_required' });
      await each[Symbol.asyncDispose]();
    }
  }).timeout(120_000);
});

describe('a disabled person', () => {
  it('has no session and no token from that moment on, and cannot sign in', async () => {
    await using world = await providerWorld();
    await using browser = world.browser();
    await world.signInAs(browser);
    const { tokens } = signedIn(world.app.outcomes.at(-1));
    const { people } = world.directory;
    await world.store.commit(people.updating(world.alice, { active: false }, { actor: 'cli' }));
    const answer = await client.tokenIntrospection(world.app.configuration, tokens.access_token);
    expect(answer.active).to.equal(false);
    await world.signInAs(browser);
    expect(world.app.outcomes).to.have.length(1);
    expect(await browser.text()).to.include('This account is switched off');
  });
});

describe('a deleted person', () => {
  it('has no session and no token from that moment on', async () => {
    await using world = await providerWorld();
    await using browser = world.browser();
    await world.signInAs(browser);
    const { tokens } = signedIn(world.app.outcomes.at(-1));
    await world.store.commit(await world.directory.people.deleting(world.alice, { actor: 'cli' }));
    const answer = await client.tokenIntrospection(world.app.configuration, tokens.access_token);
    expect(answer.active).to.equal(false);
    await browser.open(await world.app.authorizationUrl({ prompt: 'none' }));
    expect(world.app.outcomes.at(-1)).to.include({ error: 'login_required' });
  });
});

describe('a session', () => {
  let world: ProviderWorld;
  let browser: HttpBrowser;
  const HOURS = 3_600_000;
  beforeEach(async () => {
    world = await providerWorld();
    browser = world.browser();
  });
  afterEach(async () => {
    await browser[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });
  const outcome = async (): Promise<string> => {
    await browser.open(await world.app.authorizationUrl({ prompt: 'none' }));
    const last = world.app.outcomes.at(-1);
    return last?.kind === 'error' ? last.error : 'signed-in';
  };

  it('ends after twelve idle hours', async () => {
    await world.signInAs(browser);
    world.clock.advance(11 * HOURS);
    expect(await outcome()).to.equal('signed-in');
    world.clock.advance(12 * HOURS + 1000);
    expect(await outcome()).to.equal('login_required');
  });

  it('ends seven days after its sign-in, however busy', async () => {
    await world.signInAs(browser);
    for (let hours = 0; hours < 7 * 24 - 10; hours += 10) {
      world.clock.advance(10 * HOURS);
      expect(await outcome()).to.equal('signed-in');
    }
    world.clock.advance(10 * HOURS);
    expect(await outcome()).to.equal('login_required');
  });

  it('gets a new name at each sign-in, and the old name is worth nothing', async () => {
    await world.signInAs(browser);
    const stolen = browser.cookies.header(new URL(world.issuer));
    await browser.open(await world.app.authorizationUrl({ prompt: 'login' }));
    await browser.submit({ username: 'alice', password: PASSWORD });
    await using thief = world.browser();
    const reply = await thief.send(await world.app.authorizationUrl({ prompt: 'none' }), {
      headers: { cookie: stolen },
    });
    expect(reply.headers.location).to.include('error=login_required');
  });
});

describe('requests of one session at once', () => {
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

  it('do not bring it back after it was signed out', async () => {
    await world.signInAs(browser);
    const cookie = browser.cookies.header(new URL(world.issuer));
    const [session] = (await world.store.find(artifacts, eq('model', 'Session'), { limit: 10 })).docs;
    const url = await world.app.authorizationUrl({ prompt: 'none' });
    const flying = Array.from({ length: 10 }, () => browser.send(url, { headers: { cookie } }));
    await new Promise(setImmediate);
    await world.oidc.sessions.end(String(session?.uid));
    await Promise.all(flying);
    const later = await browser.send(url, { headers: { cookie } });
    expect(later.headers.location).to.include('error=login_required');
  });

  it('leave in it every app of ten that sign in', async () => {
    await world.signInAs(browser);
    const cookie = browser.cookies.header(new URL(world.issuer));
    const others = Array.from({ length: 10 }, (_none, at) => `other-${String(at)}`);
    for (const id of others) await world.addClient(id);
    const replies = await Promise.all(others.map((id) => browser.send(world.plainUrl(id), { headers: { cookie } })));
    expect(replies.map(({ headers }) => new URL(String(headers.location)).searchParams.has('code'))).to.not.include(
      false,
    );
    const tokens = await Promise.all(
      replies.map(({ headers }, at) => world.redeemPlain(String(others[at]), String(headers.location))),
    );
    for (const token of tokens)
      expect(await client.tokenIntrospection(world.app.configuration, token)).to.include({ active: true });
  });
});
