import { expect } from 'chai';
import type { Reply } from '../support/wire.ts';
import { providerWorld, type ProviderWorld } from '../support/provider-world.ts';

const ISSUER = 'https://login.example.test';

describe('under https, behind a proxy that ends TLS', () => {
  let world: ProviderWorld;
  beforeEach(async () => {
    world = await providerWorld({ issuer: ISSUER });
    await world.addClient('web');
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const begin = async (method: 'GET' | 'POST'): Promise<Reply> => {
    await using browser = world.browser();
    const url = new URL(world.plainUrl('web'));
    const address = `${world.origin}${url.pathname}`;
    if (method === 'GET') return await browser.send(`${address}${url.search}`);
    return await browser.send(address, {
      method,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
      body: url.search.slice(1),
    });
  };
  const cookies = ({ headers }: Reply): Map<string, string> =>
    new Map((headers['set-cookie'] ?? []).map((line) => [line.slice(0, line.indexOf('=')), line.toLowerCase()]));

  for (const method of ['GET', 'POST'] as const) {
    it(`an authorization request by ${method} begins a sign-in (OpenID Connect Core section 3.1.2.1)`, async () => {
      const reply = await begin(method);
      expect(reply.status).to.equal(303);
      expect(reply.headers.location).to.match(/^\/interaction\//);
    });
  }

  it('every cookie is Secure, HttpOnly and named so that no neighbour can plant it', async () => {
    const set = cookies(await begin('GET'));
    expect([...set.keys()]).to.have.members([
      ...['__Host-browser', '__Secure-interaction', '__Secure-resume'],
      ...['__Secure-interaction.sig', '__Secure-resume.sig'],
    ]);
    for (const [name, line] of set) {
      expect(line, name).to.include('secure').and.to.include('httponly').and.to.include('samesite=lax');
      if (name.startsWith('__Host-')) expect(line, name).to.include('path=/;').and.to.not.include('domain');
    }
    expect(set.get('__Secure-resume')).to.match(/path=\/auth\/[\w-]+/);
  });

  it('nothing posted from another site takes the browser’s own cookie away', async () => {
    await using browser = world.browser();
    const post = (path: string, body: string) =>
      browser.send(`${world.origin}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
        body,
      });
    expect([...cookies(await begin('POST')).keys()]).to.not.include('__Host-browser');
    expect([...cookies(await post('/interaction/x', 'username=alice&password=x')).keys()]).to.deep.equal([]);
    expect([...cookies(await post('/auth', 'client_id=nobody')).keys()]).to.not.include('__Host-browser');
  });

  it('the session’s cookie is sent with a request that an app posts, and only so', async () => {
    await using browser = world.browser();
    const reply = await browser.send(`${world.origin}/session/end`);
    expect(cookies(reply).get('__Host-session')).to.include('samesite=none').and.to.include('path=/;');
  });
});
