import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { systemClock } from '../../src/kernel/clock.ts';
import { packageRoot } from '../../src/kernel/package-root.ts';
import { freePort } from '../support/free-port.ts';
import { HttpBrowser } from '../support/http-browser.ts';
import { packed } from '../support/packed.ts';

interface Line {
  readonly listening?: string;
  readonly mail?: { readonly to: string; readonly subject: string; readonly text: string };
}

/** Where an app of the host would be: says what came back to it. */
const listenForApp = async (port: number): Promise<Server> => {
  const server = createServer((req, res) => {
    res.setHeader('content-type', 'text/html');
    res.end(`<h1>Back at the app</h1>`);
    req.resume();
  });
  // Never ended for being idle, as a request may be on its way just then.
  server.keepAliveTimeout = 0;
  server.listen(port, 'localhost');
  await once(server, 'listening');
  return server;
};

class ForeignHost implements AsyncDisposable {
  readonly issuer: string;
  readonly callback: string;
  readonly #lines: AsyncIterator<string>;
  readonly #stop: () => Promise<void>;

  private constructor(issuer: string, callback: string, lines: AsyncIterator<string>, stop: () => Promise<void>) {
    this.issuer = issuer;
    this.callback = callback;
    this.#lines = lines;
    this.#stop = stop;
  }

  static async start(file: string, cwd: string, conditions: readonly string[]): Promise<ForeignHost> {
    const [port, appPort] = [await freePort(), await freePort()];
    const callback = `http://localhost:${String(appPort)}/callback`;
    const app = await listenForApp(appPort);
    const child = spawn(process.execPath, [...conditions, file], {
      cwd,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: {
        PATH: process.env['PATH'],
        PORT: String(port),
        APP_CALLBACK: callback,
        SSPR_STORE: join(cwd, 'sspr.db'),
        SSPR_MASTER_KEY: randomBytes(32).toString('base64'),
      },
    });
    const ended = once(child, 'exit');
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const host = new ForeignHost(`http://localhost:${String(port)}`, callback, lines, async () => {
      child.kill('SIGTERM');
      await ended;
      app.close();
      app.closeAllConnections();
    });
    await host.#next((line) => line.listening !== undefined);
    return host;
  }

  async #next(wanted: (line: Line) => boolean): Promise<Line> {
    for (;;) {
      const next = await this.#lines.next();
      if (next.done) throw new Error('the host ended');
      const { value } = next;
      // oidc-provider warns on standard output, too.
      if (!value.startsWith('{')) continue;
      const line = JSON.parse(value) as Line;
      if (wanted(line)) return line;
    }
  }

  async code(to: string): Promise<string> {
    const { mail } = await this.#next((line) => line.mail?.to === to);
    const code = /^\s*(\d[\d ]+\d)\s*$/m.exec(mail?.text ?? '')?.[1];
    if (code === undefined) throw new Error(`no code in: ${mail?.text ?? ''}`);
    return code;
  }

  signInUrl(): string {
    const query = { client_id: 'app', response_type: 'code', scope: 'openid', redirect_uri: this.callback };
    return `${this.issuer}/auth?${new URLSearchParams({ ...query, state: 's1' }).toString()}`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stop();
  }
}

const walk = async (host: ForeignHost): Promise<void> => {
  await using browser = new HttpBrowser(systemClock);
  await browser.open(host.signInUrl());
  await browser.submit({ username: 'dora', 'current-password': 'the first password of dora' });
  expect(await browser.heading(), 'registration is forced').to.match(/way back|mail/i);
  await browser.submit({ email: 'dora@elsewhere.test' });
  await browser.submit({ 'one-time-code': await host.code('dora@elsewhere.test') });
  if ((await browser.heading()) !== 'Back at the app') await browser.submit();
  expect(await browser.heading()).to.equal('Back at the app');
  expect((await browser.url()).searchParams.get('state')).to.equal('s1');

  await using other = new HttpBrowser(systemClock);
  await other.open(`${host.issuer}/reset`);
  await other.submit({ username: 'dora' });
  await other.submit();
  await other.submit({ 'one-time-code': await host.code('dora@elsewhere.test') });
  await other.submit({ 'new-password': 'violet teapots at noon' });
  expect(await other.heading()).to.equal('Your password is changed');

  await using third = new HttpBrowser(systemClock);
  await third.open(host.signInUrl());
  await third.submit({ username: 'dora', 'current-password': 'the first password of dora' });
  expect(await third.text()).to.contain('That is not right');
  await third.submit({ username: 'dora', 'current-password': 'violet teapots at noon' });
  expect(await third.heading()).to.equal('Back at the app');
  const { status } = await third.send(`${host.issuer}/security-info`);
  expect(status, 'sessions are for the host to show').to.equal(404);
};

describe("The reset plugin in somebody else's house", function () {
  this.timeout(300_000);
  const example = join(packageRoot, 'examples', 'foreign-host');

  it('registers people at sign-in and resets their password, from the clone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-foreign-'));
    try {
      await using host = await ForeignHost.start(join(example, 'host.ts'), folder, ['--conditions=latchkey-source']);
      await walk(host);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('does the same from the packed tarball in an empty folder', async () => {
    const installed = await packed();
    try {
      const { folder } = installed;
      await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
      await cp(example, join(folder, 'foreign-host'), { recursive: true });
      await using host = await ForeignHost.start(join(folder, 'foreign-host', 'host.ts'), folder, []);
      await walk(host);
    } finally {
      await installed.remove();
    }
  });
});
