import { expect } from 'chai';
import { z } from 'zod';
import { get, json, page, post } from '../../src/http/route.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Reply } from '../support/wire.ts';
import { serve } from './serving.ts';
import type { Serving } from './serving.ts';

const TYPE = 'application/x-www-form-urlencoded';

describe('http: posted forms', () => {
  let server: Serving;
  let browser: HttpBrowser;
  let token: string;
  const heard: unknown[] = [];

  before(async () => {
    server = await serve({
      site: { plugins: [{ name: 'sample', folder: 'test/http/sample' }] },
      routes: [
        get('/form', () => Promise.resolve(page('sample/form'))),
        post('/form', z.object({ name: z.string().max(200_000) }), ({ form }) => {
          heard.push(form);
          return Promise.resolve(json({}));
        }),
      ],
    });
  });
  after(() => server[Symbol.asyncDispose]());

  beforeEach(async () => {
    heard.splice(0);
    browser = server.browser();
    await browser.open(`${server.address}/form`);
    token = (await browser.field('csrf')) ?? '';
  });
  afterEach(() => browser[Symbol.asyncDispose]());

  const send = (body: string | Buffer, headers: Record<string, string> = {}): Promise<Reply> =>
    browser.send('/form', { method: 'POST', headers: { 'content-type': TYPE, ...headers }, body });

  const sendName = (name: string): Promise<Reply> => send(`csrf=${token}&name=${name}`);

  it('reach their handler as they were typed', async () => {
    const typed = 'Zoë O’Brien & “Söhne” \u202E \r\n <%= 1 %> {{x}}';
    expect((await sendName(encodeURIComponent(typed))).status).to.equal(200);
    expect(heard).to.deep.equal([{ name: typed }]);
  });

  const refused: readonly (readonly [what: string, body: () => string])[] = [
    ['with a field missing', () => `csrf=${token}`],
    ['with a field given twice', () => `csrf=${token}&name=a&name=b`],
    ['with an array', () => `csrf=${token}&name[]=a`],
    ['with an object', () => `csrf=${token}&name[first]=a`],
    ['with a field nobody asked for', () => `csrf=${token}&name=a&admin=true`],
    ['with a prototype', () => `csrf=${token}&name=a&__proto__=b`],
    ['with NUL', () => `csrf=${token}&name=a%00b`],
    ['with a lone surrogate', () => `csrf=${token}&name=%ED%A0%80`],
    ['that is not UTF-8', () => `csrf=${token}&name=%FF`],
    ['with a broken escape', () => `csrf=${token}&name=%E0%A4%A`],
    ['with 10,000 parts', () => `csrf=${token}&name=a${'&'.repeat(10_000)}`],
    ['with 10,000 fields', () => `csrf=${token}&name=a&${Array.from({ length: 10_000 }, (_, n) => n).join('&')}`],
  ];
  it('are refused before the handler hears of them when a field is missing, doubled, strange or not text', async () => {
    for (const [what, body] of refused) {
      const reply = await send(body());
      expect(reply.status, what).to.equal(400);
      expect(reply.body, what).to.include('This form could not be read');
      expect(heard, what).to.deep.equal([]);
    }
  });

  it('are refused in any other type than a URL-encoded form', async () => {
    const json = JSON.stringify({ csrf: token, name: 'a' });
    for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x', '']) {
      expect((await send(json, { 'content-type': type })).status, type).to.equal(400);
    }
    expect((await send(`csrf=${token}&name=a`, { 'content-encoding': 'gzip' })).status).to.equal(400);
    expect(heard).to.deep.equal([]);
  });

  it('say in JSON what was wrong to a client that prefers it', async () => {
    const reply = await send('', { accept: 'application/json' });
    expect(reply.headers['content-type']).to.match(/^application\/json/);
    expect(JSON.parse(reply.body)).to.deep.equal({ error: 'csrf', correlation: reply.headers['x-request-id'] });
  });

  it('are refused beyond 64 kB with a page that can be read, be it 1 MB or 10 MB, declared or not', async () => {
    expect((await sendName('a'.repeat(65_000))).status).to.equal(200);
    const reply = await sendName('a'.repeat(1024 * 1024));
    expect(reply.status).to.equal(413);
    expect(reply.body).to.include('That is too long');
    const undeclared = await fetch(`${server.address}/form`, {
      method: 'POST',
      headers: { 'content-type': TYPE },
      body: new Blob(['a'.repeat(1024 * 1024)]).stream(),
      duplex: 'half',
    });
    expect(undeclared.status).to.equal(413);
    const huge = await sendName('a'.repeat(10 * 1024 * 1024)).then(
      ({ status }) => status,
      () => 413,
    );
    expect(huge).to.equal(413);
    expect(heard).to.have.lengthOf(1);
  });

  describe('and forgery', () => {
    it('is refused without a token, with that of another browser, and with a made-up one', async () => {
      const stranger = server.browser();
      await stranger.open(`${server.address}/form`);
      const foreign = String(await stranger.field('csrf'));
      await stranger[Symbol.asyncDispose]();
      for (const forged of ['', `csrf=${foreign}&`, 'csrf=&', `csrf=${'A'.repeat(43)}&`]) {
        const reply = await send(`${forged}name=a`);
        expect(reply.status, forged).to.equal(403);
      }
      expect(heard).to.deep.equal([]);
    });

    it('is refused from another site with all cookies and the right token, and without cookies', async () => {
      const body = `csrf=${token}&name=a`;
      const foreign = [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: 'https://elsewhere.test' },
        { origin: 'http://login.localhost.elsewhere.test' },
      ];
      for (const headers of foreign) expect((await send(body, headers)).status).to.equal(403);
      const bare = await server.send('/form', { method: 'POST', headers: { 'content-type': TYPE }, body });
      expect(bare.status).to.equal(403);
      expect(heard).to.deep.equal([]);
    });

    it('is not suspected of a page of ours, which posts `Origin: null` under no-referrer', async () => {
      const own = [
        { 'sec-fetch-site': 'same-origin', origin: 'null' },
        { origin: 'null' },
        { origin: 'http://login.localhost' },
        {},
      ];
      for (const headers of own) expect((await send(`csrf=${token}&name=a`, headers)).status).to.equal(200);
    });
  });

  it('are refused with a corrupted browser cookie, which is replaced by a fresh one', async () => {
    for (const value of ['', 'x', '"', '%00', 'A'.repeat(5000), '__proto__', `${'A'.repeat(42)}!`]) {
      browser.cookies.replace('browser', value);
      expect((await sendName('a')).status, value).to.equal(403);
      await browser.open(`${server.address}/form`);
      expect(browser.cookies.value('browser'), value).to.match(/^[\w-]{43}$/);
      token = (await browser.field('csrf')) ?? '';
      expect((await sendName('a')).status, value).to.equal(200);
    }
  });
});
