import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { get, page } from '../../src/http/route.ts';
import { examine, useChromium } from '../support/browser.ts';
import { sampleRoutes } from './sample/routes.ts';
import { serve } from './serving.ts';
import type { Serving } from './serving.ts';

const INJECTED = `<script>document.title = 'taken'</script>
<img src="x" onerror="document.title = 'taken'"><a id="link" href="javascript:document.title='taken'">x</a>
<style>#target { color: red }</style><p id="styled" style="color: red">x</p>
<form action="https://elsewhere.test/" id="away"><button>x</button></form>
<base href="https://elsewhere.test/">`;

describe('http: in a browser', () => {
  const chromium = useChromium();
  let server: Serving;

  before(async () => {
    server = await serve({
      issuer: 'http://127.0.0.1',
      site: { plugins: [{ name: 'sample', folder: 'test/http/sample' }] },
      routes: (clock) => [
        ...sampleRoutes(clock),
        get('/inline', () => Promise.resolve(page('sample/inline', { injected: INJECTED }))),
      ],
    });
  });
  after(() => server[Symbol.asyncDispose]());

  it('nothing runs, styles or leads away that got into a page by mistake', async () => {
    const tab = await chromium.page();
    await tab.goto(`${server.address}/inline`);
    await tab.evaluate(`document.getElementById('link').click()`);
    const refused = tab.waitForEvent('console', (message) => message.text().includes('form-action'));
    await tab.evaluate(`document.querySelector('#away button').click()`);
    const colours = await tab.evaluate<string[]>(
      `['target', 'styled'].map((id) => getComputedStyle(document.getElementById(id)).color)`,
    );
    expect(colours).not.to.include('rgb(255, 0, 0)');
    expect(await tab.title()).not.to.include('taken');
    expect(await tab.evaluate('document.baseURI')).to.equal(`${server.address}/inline`);
    expect(tab.url()).to.equal(`${server.address}/inline`);
    expect((await refused).text()).to.include('https://elsewhere.test/');
  });

  it('no other site shows our pages in a frame', async () => {
    const framing = createServer((_req, res) => {
      res.setHeader('content-type', 'text/html').end(`<iframe src="${server.address}/sample"></iframe>`);
    }).listen(0, '127.0.0.1');
    await once(framing, 'listening');
    const tab = await chromium.page();
    await tab.goto(`http://127.0.0.1:${String((framing.address() as AddressInfo).port)}/`);
    const [frame] = tab.mainFrame().childFrames();
    expect(await frame?.locator('form').count()).to.equal(0);
    framing.closeAllConnections();
    framing.close();
  });

  it('a password can be looked at, and leaves as a password', async () => {
    const tab = await chromium.page();
    await tab.goto(`${server.address}/sample`);
    const input = tab.locator('[name=password]');
    await input.fill('correct horse');
    await tab.click('button:text-is("Show")');
    expect(await input.getAttribute('type')).to.equal('text');
    expect(await tab.locator('button:text-is("Hide")').getAttribute('aria-label')).to.equal('Hide the password');
    const hiddenAtSubmit = tab.evaluate(
      `new Promise((resolve) => document.forms[0].addEventListener('submit', (event) => {
        event.preventDefault();
        setTimeout(() => resolve(document.forms[0].password.type));
      }))`,
    );
    await tab.click('button:text-is("Choose this password")');
    expect(await hiddenAtSubmit).to.equal('password');
  });

  it('rules about length turn to met and unmet while typing, in words as well', async () => {
    const tab = await chromium.page();
    await tab.goto(`${server.address}/sample`);
    const rule = tab.locator('.rules li').first();
    await tab.fill('[name=password]', 'short');
    expect(await rule.textContent()).to.match(/^Not met:/);
    await tab.fill('[name=password]', 'a'.repeat(15));
    expect(await rule.textContent()).to.match(/^Met:/);
    expect(await rule.getAttribute('class')).to.equal('met');
  });

  it('everything works without scripts; what needs them is not there', async () => {
    const tab = await chromium.page({ javaScriptEnabled: false });
    await tab.goto(`${server.address}/sample`);
    expect(await tab.locator('button:text-is("Show")').isVisible()).to.equal(false);
    expect(await tab.locator('.lead').textContent()).to.include('in about 20 minutes');
    await tab.fill('[name=username]', 'bob');
    await tab.click('button:text-is("Choose this password")');
    expect(await tab.title()).to.match(/^Error: Step 2 of 3: /);
    await tab.click('.summary a >> nth=0');
    expect(await tab.locator('[name=code]:focus').count()).to.equal(1);
  });

  it('times are those of the person', async () => {
    const tab = await chromium.page({ timezoneId: 'Asia/Tokyo', locale: 'en-GB' });
    await tab.goto(`${server.address}/sample`);
    expect(await tab.locator('time').textContent()).to.equal('in about 20 minutes, at 18:20');
  });

  it('the first stop of the Tab key leads past the frame', async () => {
    const tab = await chromium.page();
    await tab.goto(`${server.address}/`);
    await tab.keyboard.press('Tab');
    expect(await tab.locator('.skip:focus').isVisible()).to.equal(true);
    await tab.keyboard.press('Enter');
    expect(await tab.evaluate('document.activeElement.id')).to.equal('main');
  });

  it('pages hold together from right to left, and with text at twice its size', async () => {
    const tab = await chromium.page();
    await tab.goto(`${server.address}/sample`);
    await tab.evaluate(`document.documentElement.dir = 'rtl'`);
    expect(await examine(tab, 'http-right-to-left')).to.deep.equal([]);
    await tab.setViewportSize({ width: 640, height: 640 });
    await tab.evaluate(
      `document.documentElement.dir = 'ltr'; document.documentElement.style.setProperty('font-size', '200%')`,
    );
    expect(await tab.evaluate<number>('document.documentElement.scrollWidth')).to.be.at.most(640);
  });
});
