import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { testClock } from './clock.ts';
import { HttpBrowser } from './http-browser.ts';

const FORM = `<!doctype html><title>Sign in</title>
  <form method="post" action="/language"><button name="language" value="de">Deutsch</button></form>
  <main><h1>Sign in</h1><form method="post" action="/posted">
    <input type="hidden" name="csrf" value="t0ken">
    <label for="u">User name</label><input id="u" name="user" autocomplete="username" value="al">
    <label>Password <input name="pw" type="password" autocomplete="current-password"></label>
    <label><input type="checkbox" name="remember" checked> Remember</label>
    <button>Sign in</button><button name="later" value="1">Not now</button>
  </form><a href="/elsewhere?x=1">Elsewhere</a></main>`;

const serve = async (handle: (request: IncomingMessage, response: ServerResponse, body: string) => void) => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      handle(request, response, Buffer.concat(chunks).toString());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    origin,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const echo = async () =>
  await serve((request, response, body) => {
    response.setHeader('content-type', 'text/html');
    if (request.url === '/form') response.end(FORM);
    else response.end(`<main><pre>${request.method ?? ''} ${request.url ?? ''} ${body}</pre></main>`);
  });

describe('the HTTP browser of the tests', () => {
  it('fills fields by autocomplete token, name or label and presses the first button of that form', async () => {
    await using server = await echo();
    await using browser = new HttpBrowser(testClock());
    await browser.open(`${server.origin}/form`);
    expect(await browser.heading()).to.equal('Sign in');
    expect(await browser.field('username')).to.equal('al');
    await browser.submit({ 'User name': 'alice', 'current-password': 'a b' });
    expect(await browser.text()).to.equal('POST /posted csrf=t0ken&user=alice&pw=a+b&remember=on');
  });

  it('presses another button by its label or its name, and follows links', async () => {
    await using server = await echo();
    await using browser = new HttpBrowser(testClock());
    await browser.open(`${server.origin}/form`);
    await browser.submit({}, 'Not now');
    expect(await browser.text()).to.contain('later=1');
    await browser.back();
    await browser.submit({}, 'language=de');
    expect(await browser.text()).to.equal('POST /language language=de');
    await browser.back();
    await browser.follow('/elsewhere');
    expect(await browser.text()).to.equal('GET /elsewhere?x=1');
  });

  it('says what it looked for when there is no such form', async () => {
    await using server = await echo();
    await using browser = new HttpBrowser(testClock());
    await browser.open(`${server.origin}/form`);
    const failure = await browser.submit({ otp: '1' }).catch((error: unknown) => error);
    expect(String(failure)).to.contain('no form with otp at').and.contain('/form');
  });

  it('keeps cookies by path and by the clock of the tests, over redirects', async () => {
    const clock = testClock();
    await using server = await serve((request, response) => {
      if (request.url === '/start') {
        const lasting = `lasting=1; Path=/; Expires=${new Date(clock.now() + 60_000).toUTCString()}`;
        response.setHeader('set-cookie', [lasting, 'here=1; Path=/a', 'seen=1; Path=/']);
        response.writeHead(303, { location: '/a/b' }).end();
      } else response.end(`<main>${request.headers.cookie ?? 'none'}</main>`);
    });
    await using browser = new HttpBrowser(clock);
    await browser.open(`${server.origin}/start`);
    expect(await browser.text()).to.equal('here=1; lasting=1; seen=1');
    await browser.open('/other');
    expect(await browser.text()).to.equal('lasting=1; seen=1');
    clock.advance(60_000);
    await browser.reload();
    expect(await browser.text()).to.equal('seen=1');
  });
});
