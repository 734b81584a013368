import { expect } from 'chai';
import { get, json, page, redirect } from '../../src/http/route.ts';
import type { IncomingHttpHeaders } from 'node:http';
import { serve } from './serving.ts';
import type { Serving } from './serving.ts';

const routes = [
  get('/redirect', () => Promise.resolve(redirect('/elsewhere'))),
  get('/json', () => Promise.resolve(json({}))),
  get('/fails', () => Promise.reject(new Error('of the test'))),
  get('/cookie', (visit) => {
    visit.cookies.set('flow', 'x', { maxAge: 60_000 });
    return Promise.resolve(json({ browser: visit.browser }));
  }),
  get('/target', () =>
    Promise.resolve(
      page('home', { entrances: [] }, { formTargets: ['https://app.test', "x; script-src 'unsafe-inline'"] }),
    ),
  ),
];

const directives = (headers: IncomingHttpHeaders): Map<string, string> =>
  new Map(
    String(headers['content-security-policy'])
      .split(';')
      .map((directive) => [directive.split(' ')[0] ?? '', directive.split(' ').slice(1).join(' ')]),
  );

describe('http: headers of every answer', () => {
  let server: Serving;
  let secure: Serving;

  before(async () => {
    server = await serve({ routes });
    secure = await serve({ routes, issuer: 'https://login.example.test' });
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await secure[Symbol.asyncDispose]();
  });

  it('protect pages, errors, redirects, JSON and what is not there alike', async () => {
    for (const path of ['/', '/nowhere', '/redirect', '/json', '/fails', '/healthz', '//', '/assets/none.css']) {
      const { headers } = await server.send(path);
      expect(headers, path).to.include({
        'cache-control': 'no-store',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
      expect(headers, path).not.to.have.property('x-powered-by');
      expect(Object.fromEntries(directives(headers)), path).to.include({
        'default-src': "'none'",
        'script-src': "'self'",
        'style-src': "'self'",
        'frame-ancestors': "'none'",
        'base-uri': "'none'",
        'form-action': "'self'",
      });
    }
  });

  it('let the forms of a page end at the origin of its app, and at nothing that is no origin', async () => {
    const { headers } = await server.send('/target');
    expect(directives(headers).get('form-action')).to.equal("'self' https://app.test");
    expect(directives(headers).get('script-src')).to.equal("'self'");
  });

  it('ask for https only where the issuer has it', async () => {
    expect((await secure.send('/')).headers['strict-transport-security']).to.match(/^max-age=\d{8};/);
    expect((await server.send('/')).headers).not.to.have.property('strict-transport-security');
  });

  it('make cookies HttpOnly and SameSite, and under https Secure and bound to the host', async () => {
    const plain = (await server.send('/cookie')).headers['set-cookie'] ?? [];
    const bound = (await secure.send('/cookie')).headers['set-cookie'] ?? [];
    expect(plain).to.have.lengthOf(2);
    expect(bound).to.have.lengthOf(2);
    for (const cookie of plain)
      expect(cookie).to.match(/^(flow|browser)=[^;]+; path=\/; expires=[^;]+; samesite=lax; httponly$/);
    for (const cookie of bound)
      expect(cookie).to.match(/^__Host-(flow|browser)=[^;]+; path=\/; expires=[^;]+; samesite=lax; secure; httponly$/);
  });

  it('set no cookie on answers that need none', async () => {
    for (const path of ['/healthz', '/json', '/redirect', '/assets/none.css']) {
      expect((await server.send(path, { headers: { accept: 'application/json' } })).headers, path).not.to.have.property(
        'set-cookie',
      );
    }
  });

  it('give handlers a name for the browser that is not its cookie, the same at every visit', async () => {
    const browser = server.browser();
    const first = await browser.send(`${server.address}/cookie`);
    const again = await browser.send(`${server.address}/cookie`);
    const cookie = browser.cookies.value('browser') ?? '';
    expect(again.body).to.equal(first.body);
    expect(first.body).not.to.include(cookie);
    expect((await server.send('/cookie')).body).not.to.equal(first.body);
    await browser[Symbol.asyncDispose]();
  });
});
