import { expect } from 'chai';
import { examine, useChromium } from '../support/browser.ts';
import { sampleRoutes } from './sample/routes.ts';
import { serve } from './serving.ts';
import type { Serving } from './serving.ts';

describe('http: how pages look and read', () => {
  const chromium = useChromium();
  let server: Serving;

  before(async () => {
    server = await serve({
      site: { plugins: [{ name: 'sample', folder: 'test/http/sample' }] },
      entrances: [{ label: { key: 'errors.csrf.title' }, path: '/sample' }],
      routes: sampleRoutes,
    });
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
  });

  for (const [name, path] of [
    ['home', '/'],
    ['not-found', '/nowhere'],
    ['pieces', '/sample'],
  ]) {
    it(`finds nothing wrong with the page ${String(name)}, at any width, light or dark`, async () => {
      const page = await chromium.page();
      await page.goto(`${server.address}${String(path)}`);
      expect(await examine(page, `http-${String(name)}`)).to.deep.equal([]);
    });
  }

  it('says what went wrong above the form, takes the focus there, and keeps what was typed', async () => {
    const page = await chromium.page();
    await page.goto(`${server.address}/sample`);
    await page.fill('[name=username]', 'bob');
    await page.click('button:text-is("Choose this password")');
    expect(await page.title()).to.match(/^Error: /);
    expect(await page.evaluate('document.activeElement.className')).to.equal('summary');
    expect(await page.inputValue('[name=username]')).to.equal('bob');
    expect(await examine(page, 'http-errors')).to.deep.equal([]);
  });
});
