import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import * as client from 'openid-client';
import { configurationOf, PASSWORD, providerWorld } from '../support/provider-world.ts';

describe('what rests in the store', () => {
  it('lets nobody who reads it be anybody: no cookie, code, token or secret stands there', async () => {
    await using world = await providerWorld({
      clients: [
        {
          client_id: 'tv',
          token_endpoint_auth_method: 'none',
          grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
          response_types: [],
          redirect_uris: [],
          first_party: true,
        },
      ],
    });
    await using browser = world.browser();
    const secrets: string[] = [];
    const keepCookies = (): void => {
      const header = browser.cookies.header(new URL(`${world.issuer}/interaction`)) ?? '';
      secrets.push(...header.split('; ').map((pair) => pair.slice(pair.indexOf('=') + 1)));
    };

    await browser.open(await world.app.authorizationUrl());
    keepCookies();
    const begun = await world.openSignIn(browser);
    // Names the sign-in's cookie as well as its address.
    secrets.push(begun.uid);
    const code = await world.codeFor(browser, { scope: 'openid offline_access', prompt: 'consent' });
    secrets.push(String(code.address.searchParams.get('code')), PASSWORD);
    keepCookies();
    const tokens = await client.authorizationCodeGrant(world.app.configuration, code.address, code.checks);
    const refreshed = await client.refreshTokenGrant(world.app.configuration, String(tokens.refresh_token));
    secrets.push(tokens.access_token, String(tokens.refresh_token), String(tokens.id_token));
    secrets.push(refreshed.access_token, String(refreshed.refresh_token));

    const device = await client.initiateDeviceAuthorization(await configurationOf(world.issuer, 'tv'), {
      scope: 'openid',
    });
    secrets.push(device.device_code, device.user_code.replace('-', ''));
    await browser.open(device.verification_uri);
    await browser.submit({ user_code: device.user_code });
    await browser.open(await world.app.authorizationUrl({ prompt: 'login' }));
    await world.addClient('another');
    secrets.push('a-secret-of-a-client-without-pkce');

    await world.store.durable();
    const files = (await readdir(world.folder)).map((name) => join(world.folder, name));
    const bytes = Buffer.concat(await Promise.all(files.map((file) => readFile(file))));
    const found = secrets.filter((secret) => secret.length > 6 && secret !== 'en' && bytes.includes(secret));
    expect(found.map((secret) => secrets.indexOf(secret))).to.deep.equal([]);
    expect(secrets.length).to.be.greaterThan(12);
    expect(JSON.stringify(world.lines)).to.not.include(tokens.access_token);
  });
});
