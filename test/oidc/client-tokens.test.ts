import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { createRemoteJWKSet, exportJWK, jwtVerify, SignJWT } from 'jose';
import * as client from 'openid-client';
import type { ClientMetadata } from '../../src/config/clients.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { configurationOf, providerWorld, signedIn, type ProviderWorld } from '../support/provider-world.ts';

const SECRET = 'a-secret-of-the-tests-own-service';
const API = 'https://api.example.test/orders';
const FILES = 'https://api.example.test/files';

const service: ClientMetadata = {
  client_id: 'service',
  client_secret: SECRET,
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
};

const publicClient: ClientMetadata = {
  client_id: 'spa',
  token_endpoint_auth_method: 'none',
  redirect_uris: ['http://127.0.0.1:9/callback'],
};

describe('tokens for clients and resource servers', () => {
  let world: ProviderWorld;
  let browser: HttpBrowser;
  let machine: client.Configuration;
  beforeEach(async () => {
    world = await providerWorld({
      clients: [service, publicClient],
      resources: [
        { resource: API, scope: 'orders:read orders:write', format: 'jwt' },
        { resource: FILES, scope: 'files:read', format: 'opaque' },
      ],
    });
    browser = world.browser();
    machine = await configurationOf(world.issuer, 'service', SECRET);
  });
  afterEach(async () => {
    await browser[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  const introspect = (token: string, by = world.app.configuration) => client.tokenIntrospection(by, token);

  it('client credentials give an opaque token for ten minutes, and no refresh token', async () => {
    const tokens = await client.clientCredentialsGrant(machine);
    expect(tokens.access_token).to.not.include('.');
    expect(tokens.expires_in).to.equal(600);
    expect(tokens.refresh_token).to.equal(undefined);
    expect(await introspect(tokens.access_token)).to.include({ active: true, client_id: 'service' });
  });

  it('a wrong client secret gets nothing', async () => {
    const wrong = await configurationOf(world.issuer, 'service', 'another-secret');
    expect(await world.failure(client.clientCredentialsGrant(wrong))).to.equal('invalid_client');
  });

  it('a resource server gets a signed token with its scopes, five minutes long', async () => {
    const tokens = await client.clientCredentialsGrant(machine, { resource: API, scope: 'orders:read files:read' });
    const keys = createRemoteJWKSet(new URL(`${world.issuer}/jwks`));
    const { payload } = await jwtVerify(tokens.access_token, keys, { issuer: world.issuer, audience: API });
    expect(payload).to.include({ client_id: 'service', scope: 'orders:read' });
    expect(Number(payload.exp) - Number(payload.iat)).to.equal(300);
  });

  it('a resource server that introspects gets an opaque token', async () => {
    const tokens = await client.clientCredentialsGrant(machine, { resource: FILES, scope: 'files:read' });
    expect(await introspect(tokens.access_token)).to.include({ active: true, aud: FILES, scope: 'files:read' });
  });

  it('an API of our own reads what an opaque token stands for, and nothing of one that was revoked', async () => {
    const { accessTokens } = world.oidc;
    const service = await client.clientCredentialsGrant(machine, { resource: FILES, scope: 'files:read' });
    expect(await accessTokens.find(service.access_token)).to.deep.equal({
      clientId: 'service',
      scopes: new Set(['files:read']),
      resource: FILES,
    });
    await world.signInAs(browser);
    const { tokens } = signedIn(world.app.outcomes.at(-1));
    expect(await accessTokens.find(tokens.access_token)).to.include({ accountId: world.alice.id });
    await client.tokenRevocation(machine, service.access_token);
    expect(await accessTokens.find(service.access_token)).to.equal(undefined);
    expect(await accessTokens.find('no-such-token')).to.equal(undefined);
  });

  it('an unknown resource is refused', async () => {
    const request = client.clientCredentialsGrant(machine, { resource: 'https://elsewhere.example.test' });
    expect(await world.failure(request)).to.equal('invalid_target');
  });

  it('a token for a resource server is of no use at userinfo, and its ID token then says what userinfo would', async () => {
    await world.signInAs(browser, { resource: API, scope: 'openid email orders:read' });
    const code = await world.codeFor(browser, { resource: API, scope: 'openid email orders:read' });
    const grant = client.authorizationCodeGrant(world.app.configuration, code.address, code.checks, { resource: API });
    const tokens = await grant;
    expect(tokens.claims()).to.include({ email: 'alice@example.test' });
    const asked = client.fetchUserInfo(world.app.configuration, tokens.access_token, world.alice.id);
    expect(await world.failure(asked)).to.equal('invalid_token');
  });

  for (const revoked of ['access_token', 'refresh_token'] as const) {
    it(`revocation of the ${revoked} ends all that came of the same sign-in`, async () => {
      await world.signInAs(browser);
      const { tokens } = signedIn(world.app.outcomes.at(-1));
      await client.tokenRevocation(world.app.configuration, String(tokens[revoked]));
      expect(await introspect(tokens.access_token)).to.deep.equal({ active: false });
      expect(await introspect(String(tokens.refresh_token))).to.deep.equal({ active: false });
      const request = client.refreshTokenGrant(world.app.configuration, String(tokens.refresh_token));
      expect(await world.failure(request)).to.equal('invalid_grant');
    });
  }

  it('one app cannot revoke what another was given', async () => {
    await world.signInAs(browser);
    const { tokens } = signedIn(world.app.outcomes.at(-1));
    expect(await world.failure(client.tokenRevocation(machine, tokens.access_token))).to.equal('invalid_request');
    expect(await introspect(tokens.access_token)).to.include({ active: true });
  });

  it('introspection tells of a refresh token only its own app, and a public client nothing of others', async () => {
    await world.signInAs(browser);
    const { tokens } = signedIn(world.app.outcomes.at(-1));
    expect(await introspect(String(tokens.refresh_token))).to.include({ active: true });
    expect(await introspect(String(tokens.refresh_token), machine)).to.deep.equal({ active: false });
    const spa = await configurationOf(world.issuer, 'spa');
    expect(await introspect(tokens.access_token, spa)).to.deep.equal({ active: false });
  });

  it('a pushed authorization request is good for one sign-in', async () => {
    const { configuration, origin } = world.app;
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const url = await client.buildAuthorizationUrlWithPAR(configuration, {
      redirect_uri: `${origin}/callback`,
      scope: 'openid',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    expect([...url.searchParams.keys()]).to.have.members(['client_id', 'request_uri']);
    await browser.open(url.href);
    await browser.submit({ username: 'alice', password: 'correct horse battery' });
    const tokens = await client.authorizationCodeGrant(configuration, await browser.url(), { pkceCodeVerifier });
    expect(tokens.claims()?.sub).to.equal(world.alice.id);
    await browser.open(url.href);
    expect((await browser.url()).searchParams.get('error')).to.equal('invalid_request_uri');
  });

  it('a token that is bound to a key is no bearer token at an API of our own', async () => {
    const DPoP = client.getDPoPHandle(machine, await client.randomDPoPKeyPair('ES256'));
    const bound = await client.clientCredentialsGrant(machine, { resource: FILES, scope: 'files:read' }, { DPoP });
    expect(await introspect(bound.access_token)).to.include({ active: true, token_type: 'DPoP' });
    expect(await world.oidc.accessTokens.find(bound.access_token)).to.equal(undefined);
  });

  it('DPoP binds tokens to the key of the client, for refreshing too', async () => {
    const DPoP = client.getDPoPHandle(world.app.configuration, await client.randomDPoPKeyPair('ES256'));
    const stranger = client.getDPoPHandle(world.app.configuration, await client.randomDPoPKeyPair('ES256'));
    const { address, checks } = await world.codeFor(browser);
    const { configuration } = world.app;
    const tokens = await client.authorizationCodeGrant(configuration, address, checks, {}, { DPoP });
    expect(tokens.token_type).to.equal('dpop');
    const info = await client.fetchUserInfo(configuration, tokens.access_token, world.alice.id, { DPoP });
    expect(info.sub).to.equal(world.alice.id);
    const stolen = client.fetchUserInfo(configuration, tokens.access_token, world.alice.id, { DPoP: stranger });
    expect(await world.failure(stolen)).to.equal('invalid_token');
  });
});

describe('a DPoP proof', () => {
  it('is good for one of twenty requests at once', async () => {
    await using world = await providerWorld({ distantStore: true });
    await using browser = world.browser();
    const keys = await client.randomDPoPKeyPair('ES256');
    const DPoP = client.getDPoPHandle(world.app.configuration, keys);
    const { address, checks } = await world.codeFor(browser);
    const tokens = await client.authorizationCodeGrant(world.app.configuration, address, checks, {}, { DPoP });
    const proof = await new SignJWT({
      htm: 'GET',
      htu: `${world.issuer}/me`,
      jti: 'the same',
      ath: createHash('sha256').update(tokens.access_token).digest('base64url'),
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(keys.publicKey) })
      .setIssuedAt(Math.floor(world.clock.now() / 1000))
      .sign(keys.privateKey);
    const ask = () =>
      browser.send(`${world.issuer}/me`, { headers: { authorization: `DPoP ${tokens.access_token}`, dpop: proof } });
    const replies = await Promise.all(Array.from({ length: 20 }, ask));
    expect(replies.filter(({ status }) => status === 200)).to.have.length(1);
    for (const { status } of replies) expect(status).to.be.oneOf([200, 400, 401]);
  });
});
