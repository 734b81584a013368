import { expect } from 'chai';
import * as client from 'openid-client';
import type { HttpBrowser } from '../support/http-browser.ts';
import {
  PASSWORD,
  providerWorld,
  signedIn,
  type ProviderWorld,
  type ProviderWorldOptions,
} from '../support/provider-world.ts';

describe('consent', () => {
  let world: ProviderWorld;
  let browser: HttpBrowser;
  const start = async (options: ProviderWorldOptions): Promise<void> => {
    world = await providerWorld(options);
    browser = world.browser();
  };
  const stop = async (): Promise<void> => {
    await browser[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  };
  beforeEach(() => start({ app: { first_party: false, policy_uri: 'https://app.example.test/privacy' } }));
  afterEach(stop);

  it('is asked of people for an app that is not the organisation’s own, and says what for', async () => {
    await world.signInAs(browser);
    expect(await browser.heading()).to.equal('Allow The app?');
    expect(await browser.text())
      .to.include('your email address')
      .and.to.include('your name and profile');
    expect(await browser.offers('Privacy policy')).to.equal(true);
    await browser.submit({}, 'decision=allow');
    const { tokens } = signedIn(world.app.outcomes.at(-1));
    const info = await client.fetchUserInfo(world.app.configuration, tokens.access_token, world.alice.id);
    expect(info.email).to.equal('alice@example.test');
    const granted = (await world.events()).find(({ type }) => type === 'consent.granted');
    expect(granted).to.include({ subject: world.alice.id, clientId: 'app' });
  });

  it('can be refused: the app hears it, and gets nothing', async () => {
    await world.signInAs(browser);
    await browser.submit({}, 'decision=deny');
    expect(world.app.outcomes.at(-1)).to.include({ kind: 'error', error: 'access_denied' });
    expect((await world.events()).map(({ type }) => type)).to.include('consent.denied');
  });

  it('is asked once in a session, and again for more', async () => {
    await world.signInAs(browser);
    await browser.submit({}, 'decision=allow');
    await browser.open(await world.app.authorizationUrl());
    expect(world.app.outcomes).to.have.length(2);
    await browser.open(await world.app.authorizationUrl({ scope: 'openid email phone' }));
    expect(await browser.text())
      .to.include('your phone number')
      .and.to.not.include('your email address');
  });

  it('ends with everything else of the person', async () => {
    await world.signInAs(browser);
    await browser.submit({}, 'decision=allow');
    await world.endEverything(world.alice.id);
    await world.signInAs(browser);
    expect(await browser.heading()).to.equal('Allow The app?');
  });

  it('answers prompt=none by consent_required', async () => {
    await world.signInAs(browser);
    await browser.open(await world.app.authorizationUrl({ prompt: 'none' }));
    expect(world.app.outcomes.at(-1)).to.include({ error: 'consent_required' });
  });

  it('given by a person who was signed out meanwhile counts for nothing', async () => {
    await world.signInAs(browser);
    await world.endEverything(world.alice.id);
    await browser.submit({}, 'decision=allow');
    expect(await browser.heading()).to.match(/^This sign.in has ended$/);
    expect(world.app.outcomes).to.have.length(0);
  });

  it('is not asked for the organisation’s own apps, not even by prompt=consent', async () => {
    await stop();
    await start({});
    await world.signInAs(browser, { prompt: 'consent' });
    signedIn(world.app.outcomes.at(-1));
  });

  it('shows a native app of our own only when nobody has just signed in for it', async () => {
    await stop();
    await start({ app: { application_type: 'native' } });
    await world.signInAs(browser);
    signedIn(world.app.outcomes.at(-1));
    await browser.open(await world.app.authorizationUrl());
    expect(await browser.heading()).to.equal('Allow The app?');
    await browser.submit({}, 'decision=allow');
    expect(world.app.outcomes).to.have.length(2);
    await browser.open(await world.app.authorizationUrl({ prompt: 'login' }));
    await browser.submit({ username: 'alice', password: PASSWORD });
    expect(world.app.outcomes).to.have.length(3);
  });
});
