import { expect } from 'chai';
import type { HttpBrowser } from '../support/http-browser.ts';
import { providerWorld, type ProviderWorld } from '../support/provider-world.ts';

describe('a request that cannot be answered', () => {
  let world: ProviderWorld;
  let browser: HttpBrowser;
  beforeEach(async () => {
    world = await providerWorld();
    browser = world.browser();
  });
  afterEach(async () => {
    await browser[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  const changed = async (changes: Readonly<Record<string, string | undefined>>): Promise<string> => {
    const url = new URL(await world.app.authorizationUrl());
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    return url.href;
  };

  it('of an unknown app is told on our page, and leads nowhere else', async () => {
    await browser.open(await changed({ client_id: 'nobody' }));
    expect(browser.status).to.equal(400);
    expect(await browser.heading()).to.equal('We do not know this app');
    expect(browser.headers['content-security-policy']).to.include("default-src 'none'");
    expect((await browser.url()).origin).to.equal(world.issuer);
  });

  it('for another address than the app’s own is told on our page, with a way back to the app', async () => {
    await browser.open(await changed({ redirect_uri: 'https://evil.example/callback' }));
    expect(await browser.heading()).to.equal('We cannot send you back to this app');
    expect(await browser.offers('Go back to The app')).to.equal(true);
    expect(browser.body).to.not.include('href="https://evil.example');
  });

  it('shows what came in as text, never as markup', async () => {
    await browser.open(await changed({ client_id: '<script>alert(1)</script>', redirect_uri: '"><img src=x>' }));
    expect(browser.body).to.not.include('<script>alert').and.to.not.include('<img src=x');
    await browser.open(await changed({ login_hint: '"><script>alert(1)</script>' }));
    expect(browser.body).to.not.include('<script>alert');
  });

  for (const [what, changes, error] of [
    ['no response type', { response_type: undefined }, 'invalid_request'],
    ['an implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
    ['an unknown prompt', { prompt: 'dance' }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
  ] as const) {
    it(`goes back to the app with ${error} for ${what}`, async () => {
      await browser.open(await changed(changes));
      const { search, hash } = await browser.url();
      const answer = new URLSearchParams(hash === '' ? search : hash.slice(1));
      expect(answer.get('error')).to.equal(error);
      expect(answer.get('iss')).to.equal(world.issuer);
    });
  }

  it('speaks the person’s language', async () => {
    await browser.open(await changed({ client_id: 'nobody', ui_locales: 'de' }));
    expect(await browser.heading()).to.equal('Wir kennen diese App nicht');
  });

  it('shows none of the library’s own pages for sign-in, and serves none under its names', async () => {
    for (const path of ['/interaction/x', '/interaction/x/abort', '/reg', '/backchannel', '/challenge']) {
      await browser.open(`${world.issuer}${path}`);
      expect(browser.status, path).to.be.oneOf([400, 404, 405]);
      expect(browser.headers['content-security-policy']).to.include("default-src 'none'");
    }
  });

  it('builds every address of discovery from the issuer, whatever host was asked', async () => {
    const reply = await browser.send(`${world.issuer}/.well-known/openid-configuration`, {
      headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    });
    const found = Object.entries(JSON.parse(reply.body) as Record<string, unknown>);
    const addresses = found.filter(([name]) => name.endsWith('_endpoint') || name === 'jwks_uri' || name === 'issuer');
    expect(addresses.length).to.be.greaterThan(8);
    for (const [name, address] of addresses) expect(String(address), name).to.match(new RegExp(`^${world.issuer}`));
  });

  it('promises in discovery what is kept', async () => {
    const reply = await browser.send(`${world.issuer}/.well-known/openid-configuration`);
    expect(JSON.parse(reply.body)).to.deep.include({
      acr_values_supported: ['aal1', 'aal2', 'phr'],
      backchannel_logout_supported: true,
      code_challenge_methods_supported: ['S256'],
      dpop_signing_alg_values_supported: ['ES256', 'Ed25519', 'EdDSA'],
      id_token_signing_alg_values_supported: ['RS256', 'ES256', 'EdDSA'],
      response_types_supported: ['code', 'none'],
      ui_locales_supported: ['en', 'de'],
    });
  });
});
