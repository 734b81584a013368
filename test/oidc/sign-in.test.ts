import { expect } from 'chai';
import * as client from 'openid-client';
import { providerWorld, type ProviderWorld } from '../support/provider-world.ts';

describe('a sign-in by authorization code', () => {
  let world: ProviderWorld;
  beforeEach(async () => {
    world = await providerWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it('brings the person into the app with state, nonce and PKCE intact, and tells what was proved', async () => {
    await using browser = world.browser();
    await world.signInAs(browser);
    const [outcome] = world.app.outcomes;
    if (outcome?.kind !== 'signed-in') throw new Error(JSON.stringify(outcome));
    expect(outcome.claims).to.include({ sub: world.alice.id, acr: 'aal1' });
    expect(outcome.claims['amr']).to.deep.equal(['pwd']);
    expect(outcome.claims['auth_time']).to.equal(Math.floor(world.clock.now() / 1000));
    const info = await client.fetchUserInfo(world.app.configuration, outcome.tokens.access_token, world.alice.id);
    expect(info).to.deep.include({ email: 'alice@example.test', name: 'Alice Example' });
  });
});
