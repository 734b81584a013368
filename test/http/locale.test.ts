import { expect } from 'chai';
import fc from 'fast-check';
import { acceptedLanguages, negotiate } from '../../src/http/locale.ts';
import { serve } from './serving.ts';
import type { Serving } from './serving.ts';

describe('http: language', () => {
  let server: Serving;

  before(async () => {
    server = await serve();
  });
  after(() => server[Symbol.asyncDispose]());

  const language = async (path: string, headers: Record<string, string>): Promise<string | undefined> =>
    /<html lang="([^"]+)"/.exec((await server.send(path, { headers })).body)?.[1];

  it('is the best of what the browser accepts, else the first of the configuration', async () => {
    expect(await language('/', { 'accept-language': 'fr;q=0.9, de-AT;q=0.8, en;q=0.7' })).to.equal('de');
    expect(await language('/', { 'accept-language': 'en-US,en;q=0.9,de;q=0.8' })).to.equal('en');
    expect(await language('/', { 'accept-language': 'ja' })).to.equal('en');
    expect(await language('/', {})).to.equal('en');
  });

  it('is what the address asks for, and stays so until the browser closes', async () => {
    const browser = server.browser();
    await browser.open(`${server.address}/?ui_locales=xx%20de-CH`);
    expect(await browser.heading()).to.include('Anmeldung');
    await browser.open(`${server.address}/`);
    expect(await browser.heading()).to.include('Anmeldung');
    browser.cookies.endSession();
    await browser.open(`${server.address}/`);
    expect(await browser.heading()).to.include('Sign-in');
    await browser[Symbol.asyncDispose]();
  });

  it('can be changed on every page, by a link that leads to the same page', async () => {
    const browser = server.browser();
    await browser.open(`${server.address}/nowhere?sign_in=a%26b`);
    await browser.follow('Deutsch');
    expect(await browser.heading()).to.equal('Seite nicht gefunden');
    const { pathname, searchParams } = await browser.url();
    expect(pathname).to.equal('/nowhere');
    expect(searchParams.get('sign_in')).to.equal('a&b');
    await browser[Symbol.asyncDispose]();
  });

  it('survives whatever a cookie, an address or a header says', async () => {
    for (const rubbish of ['', ';', ',,,', 'q=1', 'en;q=abc', '*', '-', '__proto__', 'constructor', 'x'.repeat(5000)]) {
      const headers = { 'accept-language': rubbish, cookie: `locale=${rubbish.slice(0, 100)}` };
      expect(await language(`/?ui_locales=${encodeURIComponent(rubbish)}`, headers), rubbish).to.equal('en');
    }
  });

  it('is negotiated to a language there is, or to none', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect(negotiate(acceptedLanguages(header), ['en', 'de'])).to.be.oneOf(['en', 'de', undefined]);
      }),
    );
  });
});
