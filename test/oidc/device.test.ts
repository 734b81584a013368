import { expect } from 'chai';
import * as client from 'openid-client';
import type { HttpBrowser } from '../support/http-browser.ts';
import { configurationOf, PASSWORD, providerWorld, type ProviderWorld } from '../support/provider-world.ts';

describe('a device without a keyboard', () => {
  let world: ProviderWorld;
  let browser: HttpBrowser;
  let tv: client.Configuration;
  beforeEach(async () => {
    world = await providerWorld({
      clients: [
        {
          client_id: 'tv',
          client_name: 'The television',
          token_endpoint_auth_method: 'none',
          grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
          response_types: [],
          redirect_uris: [],
          first_party: true,
        },
      ],
    });
    browser = world.browser();
    tv = await configurationOf(world.issuer, 'tv');
  });
  afterEach(async () => {
    await browser[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  const begin = () => client.initiateDeviceAuthorization(tv, { scope: 'openid profile' });

  /** One poll of the device, as `pollDeviceAuthorizationGrant` would do at each interval. */
  const poll = (code: client.DeviceAuthorizationResponse) =>
    client.genericGrantRequest(tv, 'urn:ietf:params:oauth:grant-type:device_code', { device_code: code.device_code });

  const approve = async (): Promise<void> => {
    await browser.submit({}, 'Connect this device');
    await browser.submit({ username: 'alice', password: PASSWORD });
  };

  it('is signed in once the person has typed its code, compared it and signed in', async () => {
    const code = await begin();
    expect(await world.failure(poll(code))).to.equal('authorization_pending');
    await browser.open(code.verification_uri);
    await browser.submit({ user_code: code.user_code.toLowerCase() });
    expect(await browser.text())
      .to.include(code.user_code)
      .and.to.include('The television');
    await approve();
    expect(await browser.heading()).to.equal('Your device is connected');
    const tokens = await poll(code);
    expect(tokens.claims()).to.include({ sub: world.alice.id, acr: 'aal1' });
    expect(await world.failure(poll(code))).to.equal('invalid_grant');
    expect((await world.events()).at(-1)).to.include({ type: 'token.reused' });
    const approved = (await world.events()).find(({ type }) => type === 'device.approved');
    expect(approved).to.include({ subject: world.alice.id, clientId: 'tv' });
  });

  it('shows a code that came with the address in our form, without a script', async () => {
    const code = await begin();
    await browser.open(String(code.verification_uri_complete));
    expect(await browser.field('user_code')).to.equal(code.user_code);
    await browser.submit();
    await approve();
    expect((await poll(code)).access_token).to.be.a('string');
  });

  it('leads to this server whatever host its request was addressed to', async () => {
    await using other = world.browser();
    const reply = await other.send(`${world.issuer}/device/auth`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', host: 'evil.example' },
      body: 'client_id=tv',
    });
    expect(JSON.parse(reply.body)).to.include({ verification_uri: `${world.issuer}/device` });
  });

  it('is refused by the person, and nothing is shared with it', async () => {
    const code = await begin();
    await browser.open(code.verification_uri);
    await browser.submit({ user_code: code.user_code });
    await browser.submit({}, 'Refuse');
    expect(await browser.heading()).to.equal('The device was not connected');
    expect(await world.failure(poll(code))).to.equal('access_denied');
  });

  it('has a code that is used once, and an end', async () => {
    const code = await begin();
    await browser.open(code.verification_uri);
    await browser.submit({ user_code: 'BBBB-BBBB' });
    expect(await browser.text()).to.include('This code is not known');
    await browser.submit({ user_code: '' });
    expect(await browser.text()).to.include('Enter the code that your device shows');
    world.clock.advance(11 * 60_000);
    await browser.submit({ user_code: code.user_code });
    expect(await browser.text()).to.include('This code is too old');
    expect(await world.failure(poll(code))).to.equal('expired_token');
  });
});
