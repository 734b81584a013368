import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import Koa from 'koa';
import { interactionPolicy } from 'oidc-provider';
import { registrations } from '../../plugins/sspr/collections.ts';
import { nothingRegistered } from '../../plugins/sspr/registrations.ts';
import { selfService, type ForeignPasswords } from '../../src/embed.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { createLog } from '../../src/log.ts';
import { openStore } from '../../src/store/open.ts';
import { freePort } from '../support/free-port.ts';
import { HttpBrowser } from '../support/http-browser.ts';

const DORA = { id: 'dora-1', userName: 'dora', mail: ['dora@example.test'] };
const ELSEWHERE = 'dora@elsewhere.test';

/** A host of its own, with one person who has registered a mailbox. */
class Host implements AsyncDisposable {
  readonly issuer: string;
  readonly mails: { readonly to: string; readonly subject: string; readonly text: string }[] = [];
  readonly #stack = new AsyncDisposableStack();

  private constructor(port: number) {
    this.issuer = `http://localhost:${String(port)}`;
  }

  static async start(passwords: Pick<ForeignPasswords, 'unlock'>): Promise<Host> {
    const port = await freePort();
    const host = new Host(port);
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-foreign-'));
    host.#stack.defer(() => rm(folder, { recursive: true }));
    const url = `sqlite:${join(folder, 'sspr.db')}`;
    const service = await selfService({
      issuer: host.issuer,
      interactionPolicy,
      accounts: {
        byName: (typed) => Promise.resolve(typed === DORA.userName ? DORA : undefined),
        byId: (id) => Promise.resolve(id === DORA.id ? DORA : undefined),
      },
      passwords: { verify: () => Promise.resolve(false), set: () => Promise.resolve(), ...passwords },
      mail(message) {
        host.mails.push(message);
        return Promise.resolve();
      },
      store: url,
      masterKey: randomBytes(32).toString('base64'),
      loginPath: (uid) => `/sign-in/${uid}`,
      config: { policies: [{ name: 'everybody', methods: ['email'] }] },
    });
    host.#stack.defer(() => service.stop());
    host.settle = () => service.settle();
    const [clock, log] = [systemClock, createLog('error')];
    const store = await openStore({ url, collections: [registrations], migrations: [], clock, log });
    const method = { id: 'r', method: 'email', addedAt: 1, data: { address: ELSEWHERE } };
    await store.insert(registrations, { ...nothingRegistered(DORA.id), methods: [method] });
    await store.close();
    const app = new Koa();
    app.use(service.middleware);
    const handle = app.callback();
    const server = createServer((req, res) => void handle(req, res)).listen(port, 'localhost');
    host.#stack.defer(() => {
      server.close();
      server.closeAllConnections();
    });
    await once(server, 'listening');
    return host;
  }

  settle: () => Promise<void> = () => Promise.resolve();

  async code(): Promise<string> {
    await this.settle();
    const text = this.mails.findLast(({ to }) => to === ELSEWHERE)?.text ?? '';
    return /^\s*(\d[\d ]+\d)\s*$/m.exec(text)?.[1] ?? '';
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

describe('An unlock inside the host of others', () => {
  it('is done by that host, which says whether there was a lock', async () => {
    let locked = true;
    await using host = await Host.start({
      unlock(account) {
        expect(account.id).to.equal(DORA.id);
        const was = locked;
        locked = false;
        return Promise.resolve(was);
      },
    });
    for (const heading of ['Your account is unlocked', 'Your account was not locked']) {
      await using browser = new HttpBrowser(systemClock);
      await browser.open(`${host.issuer}/unlock`);
      await browser.submit({ username: DORA.userName });
      await browser.submit({ 'one-time-code': await host.code() });
      await browser.submit({}, 'Unlock the account');
      expect(await browser.heading()).to.equal(heading);
    }
    expect(locked).to.equal(false);
    await host.settle();
    expect(host.mails.map(({ subject }) => subject)).to.include('Your account was unlocked');
  });

  it('is no page where that host cannot do it', async () => {
    await using host = await Host.start({});
    await using browser = new HttpBrowser(systemClock);
    for (const path of ['/unlock', '/unlock/confirm']) {
      expect((await browser.send(host.issuer + path)).status, path).to.equal(404);
    }
    expect((await browser.send(`${host.issuer}/reset`)).status).to.equal(200);
  });
});
