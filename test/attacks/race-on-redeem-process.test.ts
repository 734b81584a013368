import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { plugins, startApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { freePort } from '../support/free-port.ts';
import { HttpBrowser } from '../support/http-browser.ts';
import { Inboxes } from '../support/inboxes.ts';
import { Person } from '../support/person.ts';
import { openPostOffice, type Mail, type PostOffice } from '../support/post-office.ts';
import { startRelyingParty, type RelyingParty } from '../support/relying-party.ts';
import { CHEAP } from '../support/rooms.ts';
import { hasApp, shownCode, wrongCode } from '../support/second-factor.ts';
import { Wire, type Reply } from '../support/wire.ts';
import { start } from '../toolchain/program.ts';

const PROCESSES = 4;
const REDEEMS = 50;

const FORM = { 'content-type': 'application/x-www-form-urlencoded', origin: 'null', 'sec-fetch-site': 'same-origin' };

const BY_MAIL = 'Send a code';
const BY_APP = 'Type a code from the app';

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Several processes of the server on one store, one data directory and one mail server. */
class Cluster {
  readonly issuer: string;
  readonly #ports: readonly number[];
  readonly #env: Readonly<Record<string, string>>;
  readonly #post: PostOffice;
  readonly #party: RelyingParty;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    parts: { ports: readonly number[]; env: Record<string, string>; post: PostOffice; party: RelyingParty },
    stack: AsyncDisposableStack,
  ) {
    this.#ports = parts.ports;
    this.#env = parts.env;
    this.#post = parts.post;
    this.#party = parts.party;
    this.#stack = stack;
    this.issuer = `http://localhost:${String(parts.ports[0])}`;
  }

  static async open(): Promise<Cluster> {
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-race-'));
    stack.defer(() => rm(folder, { recursive: true }));
    const post = stack.use(await openPostOffice());
    const party = stack.use(await startRelyingParty('app'));
    const ports: number[] = [];
    for (let count = 0; count < PROCESSES; count += 1) ports.push(await freePort());
    const file = join(folder, 'latchkey.yaml');
    const config = {
      issuer: `http://localhost:${String(ports[0])}`,
      dataDir: join(folder, 'data'),
      mail: { smtp: { host: '127.0.0.1', port: post.port, tls: 'none' } },
      demo: { enabled: false },
      // Only what makes a code count once is in the way, and no limit of guesses.
      plugins: {
        sspr: {
          policies: [{ name: 'everybody', methods: ['email', 'totp'] }],
          limits: { failures: 100, failuresPerMethodAndHour: 100 },
        },
      },
    };
    await writeFile(file, JSON.stringify(config));
    const cluster = new Cluster({ ports, env: { LATCHKEY_CONFIG: file }, post, party }, stack.move());
    return cluster;
  }

  /** Makes people before anything runs, as an import would. */
  async people(names: readonly string[]): Promise<readonly Person[]> {
    const app = await startApp(await loadConfig({ ...this.#env, PORT: '0' }, plugins), {
      log: SILENT,
      argon2: CHEAP,
      timers: false,
    });
    try {
      const mail = new Inboxes(this.#post, () => Promise.resolve());
      const world = { app, mail, party: this.#party, issuer: this.issuer, browser: () => this.browser() };
      const people: Person[] = [];
      for (const name of names) {
        const person = await Person.create(world, name, { registered: true });
        await hasApp({ app, clock: systemClock }, person);
        people.push(person);
      }
      return people;
    } finally {
      await app.stop();
    }
  }

  async start(): Promise<void> {
    const programs = this.#ports.map((port) => start('src/main.ts', [], { ...this.#env, PORT: String(port) }));
    this.#stack.defer(async () => {
      for (const program of programs) program.kill('SIGTERM');
      const ends = await Promise.all(programs.map(({ ended }) => ended));
      for (const { code, stderr } of ends) expect(code, stderr).to.equal(0);
    });
    await Promise.all(programs.map((program) => program.says(`at ${this.issuer}`)));
  }

  browser(): HttpBrowser {
    return this.#stack.adopt(new HttpBrowser(systemClock), (browser) => browser[Symbol.asyncDispose]());
  }

  /** Asks the server until the mail is there. */
  async mailTo({ alternateMail }: Person): Promise<Mail> {
    const browser = this.browser();
    for (;;) {
      const mail = this.#post.mails.find(({ to }) => to.includes(alternateMail));
      if (mail) return mail;
      await browser.send(`${this.issuer}/healthz`);
    }
  }

  /** What the browser would post, at once and in turn to all processes. */
  async redeem(browser: HttpBrowser, filling: Readonly<Record<string, string>>): Promise<readonly Reply[]> {
    const { url, fields } = browser.prepared(filling);
    const cookie = browser.cookies.header(url) ?? '';
    const body = new URLSearchParams(fields).toString();
    using wire = new Wire();
    const sends = Array.from({ length: REDEEMS }, (_, at) => {
      const port = this.#ports[at % PROCESSES];
      return wire.send(`http://localhost:${String(port)}${url.pathname}`, {
        method: 'POST',
        headers: { ...FORM, cookie },
        body,
      });
    });
    return await Promise.all(sends);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

const opensGate = ({ status, headers }: Reply): boolean =>
  status === 303 && (headers['set-cookie'] ?? []).some((cookie) => cookie.startsWith('reset=') && /=[^;]/.test(cookie));

const expectOneWinner = (replies: readonly Reply[]): void => {
  expect(replies).to.have.length(REDEEMS);
  expect(replies.filter(opensGate)).to.have.length(1);
  expect(replies.filter(({ status }) => status === 303)).to.have.length(1);
  for (const { status } of replies) expect(status).to.be.oneOf([303, 409, 410, 422, 503]);
};

describe('Fifty redeems at once, over four processes of the server on one store', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let people: readonly Person[] = [];

  before(async () => {
    cluster = await Cluster.open();
    people = await cluster.people(['carla', 'lena', 'elsa', 'tina']);
    await cluster.start();
  });

  after(() => cluster[Symbol.asyncDispose]());

  const somebody = (at: number): Person => {
    const person = people[at];
    if (!person) throw new Error('there are four');
    return person;
  };

  it('of one mailed code have one winner', async () => {
    const carla = somebody(0);
    await carla.opensReset();
    await carla.browser.submit({}, BY_MAIL);
    const { code = '' } = await cluster.mailTo(carla);
    expectOneWinner(await cluster.redeem(carla.browser, { 'one-time-code': code }));
  });

  it('of one mailed link have one winner, in the browser that asked for it', async () => {
    const lena = somebody(1);
    await lena.opensReset();
    await lena.browser.submit({}, BY_MAIL);
    const { link = '' } = await cluster.mailTo(lena);
    await lena.browser.open(link);
    expectOneWinner(await cluster.redeem(lena.browser, {}));
  });

  it('of one mailed link have one winner, in another browser', async () => {
    const elsa = somebody(2);
    await elsa.opensReset();
    await elsa.browser.submit({}, BY_MAIL);
    const { link = '' } = await cluster.mailTo(elsa);
    const phone = cluster.browser();
    await phone.open(link);
    expectOneWinner(await cluster.redeem(phone, {}));
  });

  it('of one code of an app have one winner, over two resets', async () => {
    const tina = somebody(3);
    const world = { clock: systemClock };
    const browsers = [tina.browser, cluster.browser()];
    for (const browser of browsers) {
      const there = tina.with(browser);
      await there.opensReset();
      await browser.submit({}, BY_APP);
      // Until the job has found her, answers come too early and are not judged.
      do await browser.submit({ 'one-time-code': wrongCode(world, tina) });
      while (!(await browser.text()).includes('This code is not right'));
    }
    const code = shownCode(world, tina);
    const replies = await Promise.all(browsers.map((browser) => cluster.redeem(browser, { 'one-time-code': code })));
    expect(replies.flat().filter(opensGate)).to.have.length(1);
  });
});
