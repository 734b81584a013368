import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose';
import * as client from 'openid-client';
import { providerWorld, signedIn, type ProviderWorld, type ProviderWorldOptions } from '../support/provider-world.ts';
import type { HttpBrowser } from '../support/http-browser.ts';

const MINUTES = 60_000;

/** An app's back channel on a real port: takes logout tokens, or fails as told. */
class BackChannel implements AsyncDisposable {
  readonly tokens: string[] = [];
  status = 200;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(): Promise<BackChannel> {
    const server = createServer();
    const channel = new BackChannel(server);
    server.on('request', (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        if (channel.status === 200) channel.tokens.push(new URLSearchParams(body).get('logout_token') ?? '');
        response.writeHead(channel.status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return channel;
  }

  get address(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/logout`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe('signing out', () => {
  let world: ProviderWorld;
  let browser: HttpBrowser;
  let channel: BackChannel;

  const start = async (options: ProviderWorldOptions = {}): Promise<void> => {
    const backchannel = { backchannel_logout_uri: channel.address, backchannel_logout_session_required: true };
    world = await providerWorld({ app: backchannel, ...options });
    browser = world.browser();
  };

  beforeEach(async () => {
    channel = await BackChannel.listen();
    await start();
  });
  afterEach(async () => {
    await browser[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
    await channel[Symbol.asyncDispose]();
  });

  const leave = async (parameters: Readonly<Record<string, string>> = {}): Promise<void> => {
    const hint = signedIn(world.app.outcomes.at(-1)).tokens.id_token;
    const url = client.buildEndSessionUrl(world.app.configuration, {
      id_token_hint: String(hint),
      post_logout_redirect_uri: `${world.app.origin}/`,
      ...parameters,
    });
    await browser.open(url.href);
  };

  const verified = async (token: string): Promise<JWTPayload> => {
    const keys = createRemoteJWKSet(new URL(`${world.issuer}/jwks`));
    return (await jwtVerify(token, keys, { issuer: world.issuer, audience: 'app', typ: 'logout+jwt' })).payload;
  };

  it('is asked for by the app, confirmed by the person, and ends back in the app', async () => {
    await world.signInAs(browser);
    const { tokens } = signedIn(world.app.outcomes.at(-1));
    await leave({ state: 'kept' });
    expect(await browser.heading()).to.equal('Sign out?');
    expect(browser.headers['content-security-policy']).to.include(world.app.origin);
    await browser.submit({}, 'Sign out');
    expect((await browser.url()).href).to.equal(`${world.app.origin}/?state=kept`);
    expect(await client.tokenIntrospection(world.app.configuration, tokens.access_token)).to.include({ active: false });
    await browser.open(await world.app.authorizationUrl({ prompt: 'none' }));
    expect(world.app.outcomes.at(-1)).to.include({ error: 'login_required' });
    expect((await world.events()).map(({ type }) => type)).to.include('session.ended');
  });

  it('leaves the session as it is when the person stays', async () => {
    await world.signInAs(browser);
    await leave();
    await browser.submit({}, 'Stay signed in');
    await browser.open(await world.app.authorizationUrl({ prompt: 'none' }));
    expect(signedIn(world.app.outcomes.at(-1)).claims['sub']).to.equal(world.alice.id);
  });

  it('is done at once for who is not signed in', async () => {
    await browser.open(`${world.issuer}/session/end`);
    expect(await browser.heading()).to.equal('You are signed out');
    const query = `client_id=app&post_logout_redirect_uri=${encodeURIComponent(`${world.app.origin}/`)}&state=x`;
    await browser.open(`${world.issuer}/session/end?${query}`);
    expect((await browser.url()).href).to.equal(`${world.app.origin}/?state=x`);
  });

  it('goes to no address that the app has not registered', async () => {
    await world.signInAs(browser);
    await leave({ post_logout_redirect_uri: 'https://evil.example/' });
    expect(browser.status).to.equal(400);
    expect(browser.body).to.not.include('href="https://evil.example');
  });

  it('tells the app over the back channel, by a signed token that names person and session', async () => {
    await world.signInAs(browser);
    const { claims } = signedIn(world.app.outcomes.at(-1));
    await leave();
    await browser.submit({}, 'Sign out');
    await world.scheduler.settle();
    expect(channel.tokens).to.have.length(1);
    const payload = await verified(String(channel.tokens[0]));
    expect(payload).to.include({ sub: world.alice.id, sid: claims['sid'] });
    expect(payload['events']).to.have.property('http://schemas.openid.net/event/backchannel-logout');
    expect(payload).to.not.have.property('nonce');
  });

  it('tells an app that was down as soon as it is back', async () => {
    await world.signInAs(browser);
    channel.status = 503;
    await leave();
    await browser.submit({}, 'Sign out');
    await world.scheduler.settle();
    expect(channel.tokens).to.have.length(0);
    channel.status = 200;
    await world.scheduler.settle();
    expect(channel.tokens).to.have.length(0);
    world.clock.advance(MINUTES);
    await world.scheduler.settle();
    expect(channel.tokens).to.have.length(1);
  });

  it('tells the app when everything of a person ended at once, as after a reset', async () => {
    await world.signInAs(browser);
    await world.endEverything(world.alice.id);
    await world.scheduler.settle();
    expect((await verified(String(channel.tokens[0]))).sub).to.equal(world.alice.id);
  });

  it('tells the app when somebody else signs in in the same browser', async () => {
    await world.person({ userName: 'bob' });
    await world.signInAs(browser);
    await world.signInAs(browser, { prompt: 'login' }, 'bob');
    await world.scheduler.settle();
    expect((await verified(String(channel.tokens[0]))).sub).to.equal(world.alice.id);
  });

  it('reaches no private address that the operator has not named', async () => {
    await browser[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
    await start({ privateHosts: [] });
    await world.signInAs(browser);
    await leave();
    await browser.submit({}, 'Sign out');
    await world.scheduler.settle();
    expect(channel.tokens).to.have.length(0);
    expect(world.lines.filter(({ facts }) => facts['clientId'] === 'app')).to.have.length(1);
  });
});
