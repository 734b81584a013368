import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { plugins, startApp, type RunningApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Surroundings } from '../../src/foundation.ts';
import type { Log } from '../../src/kernel/log.ts';
import { testClock, type TestClock } from './clock.ts';
import { undeclaredFields } from './declared-fields.ts';
import { sqlite, type Engine } from './engines.ts';
import { freePort } from './free-port.ts';
import { HttpBrowser } from './http-browser.ts';
import { Inboxes } from './inboxes.ts';
import { Person, type Somebody } from './person.ts';
import { openPostOffice, type PostOffice } from './post-office.ts';
import { startRelyingParty, type RelyingParty } from './relying-party.ts';
import { CHEAP } from './rooms.ts';

export interface LogLine {
  readonly level: keyof Log;
  readonly facts: Record<string, unknown>;
  readonly message: string;
}

/** A part of the configuration file, as an operator would write it. */
export type ConfigTree = Readonly<Record<string, unknown>>;

export interface WorldOptions {
  readonly store?: Engine;
  /** Laid over the world's own configuration, section by section. */
  readonly config?: ConfigTree;
  /** The section of the plugin that most stories are about. */
  readonly sspr?: ConfigTree;
  /** True for a world without a mail server: mail stays in the development mailbox. */
  readonly mailbox?: boolean;
  /** Metadata of the other app, where it is to be no first party, or to use other grants. */
  readonly otherParty?: ConfigTree;
  /** For stories that watch the store, or break it. */
  readonly surroundings?: Partial<Pick<Surroundings, 'wrapStore' | 'wrapHashing'>>;
}

/** The whole product, running in this process for one story: real ports, a real store, real mail, a clock to move. */
export interface World extends AsyncDisposable {
  readonly issuer: string;
  readonly clock: TestClock;
  readonly app: RunningApp;
  readonly mail: Inboxes;
  /** Two apps that sign people in here. */
  readonly party: RelyingParty;
  readonly otherParty: RelyingParty;
  /** What was logged, for stories about what must not be. */
  readonly lines: readonly LogLine[];
  /** Makes somebody with a password and a mail address of the organisation; a name that is taken gets a number. */
  person(userName: string, somebody?: Somebody): Promise<Person>;
  /** A browser without JavaScript that was never here before, of somebody who reads `language`. */
  browser(language?: string): HttpBrowser;
  /** Runs every job until none has more to do. */
  settle(): Promise<void>;
  /** Moves the clock, then settles. */
  later(milliseconds: number): Promise<void>;
}

const recorder = (lines: LogLine[]): Log => {
  const at = (level: keyof Log) => (facts: Record<string, unknown>, message: string) => {
    lines.push({ level, facts, message });
    if (process.env['LATCHKEY_TEST_LOG']) process.stderr.write(`${inspect({ level, message, ...facts })}\n`);
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};

const isSection = (value: unknown): value is ConfigTree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const overlaid = (under: ConfigTree, over: ConfigTree): ConfigTree => ({
  ...under,
  ...Object.fromEntries(
    Object.entries(over).map(([name, value]) => {
      const before = under[name];
      return [name, isSection(before) && isSection(value) ? overlaid(before, value) : value];
    }),
  ),
});

const configuration = async (
  { store = sqlite, config = {}, sspr = {}, mailbox = false }: WorldOptions,
  surroundings: { folder: string; port: number; parties: readonly RelyingParty[]; post: PostOffice },
): Promise<ConfigTree> => {
  const { folder, port, parties, post } = surroundings;
  const smtp = mailbox ? {} : { smtp: { host: '127.0.0.1', port: post.port, tls: 'none' } };
  const own = {
    issuer: `http://localhost:${String(port)}`,
    dataDir: folder,
    http: { port, host: 'localhost' },
    store: { url: await store.url(folder) },
    mail: smtp,
    organisation: { name: 'Example', helpDesk: { mail: 'help@example.test' } },
    clients: parties.map(({ metadata }) => ({ ...metadata, client_secret: 'env:PARTY_SECRET' })),
    // A story may knock more often in a second of the test's clock than any person would.
    limits: { requests: 100_000 },
    demo: { enabled: false },
    // Most stories are about mail, whatever else would be allowed.
    plugins: { sspr: { policies: [{ name: 'everybody', methods: ['email'] }], ...sspr } },
  };
  return overlaid(own, config);
};

/** For worlds whose configuration says `masterKey: env:MASTER_KEY`, as production has to. */
const MASTER_KEY = Buffer.alloc(32, 1).toString('base64');

export const world = async (options: WorldOptions = {}): Promise<World> => {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-world-'));
  stack.defer(() => rm(folder, { recursive: true }));
  const clock = stack.use(testClock());
  const post = stack.use(await openPostOffice());
  const party = stack.use(await startRelyingParty('app'));
  const otherParty = stack.use(await startRelyingParty('other-app', options.otherParty));
  const parties = [party, otherParty];
  const port = await freePort();
  const file = join(folder, 'latchkey.yaml');
  await writeFile(file, JSON.stringify(await configuration(options, { folder, port, parties, post })));

  clock.install();
  const lines: LogLine[] = [];
  const config = await loadConfig({ LATCHKEY_CONFIG: file, PARTY_SECRET: party.secret, MASTER_KEY }, plugins);
  const app = await startApp(config, {
    clock,
    log: recorder(lines),
    argon2: CHEAP,
    timers: false,
    ...options.surroundings,
  });
  stack.defer(() => app.stop());
  await Promise.all(parties.map((each) => each.discover(config.issuer)));

  const settle = () => app.settle();
  const mail = new Inboxes(post, settle);
  const browsers: HttpBrowser[] = [];
  stack.defer(async () => {
    for (const browser of browsers) await browser[Symbol.asyncDispose]();
  });
  const browser = (language = 'en') => {
    const made = new HttpBrowser(clock, { language });
    browsers.push(made);
    return made;
  };
  const names = new Map<string, number>();
  const unused = (name: string): string => {
    const count = (names.get(name) ?? 0) + 1;
    names.set(name, count);
    return count === 1 ? name : `${name}${String(count)}`;
  };
  const owned = stack.move();

  return {
    issuer: config.issuer,
    clock,
    app,
    mail,
    party,
    otherParty,
    lines,
    browser,
    settle,
    person: (userName, somebody) =>
      Person.create({ app, mail, party, issuer: config.issuer, browser }, unused(userName), somebody),
    async later(milliseconds) {
      clock.advance(milliseconds);
      await settle();
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

/**
 * One world for all stories of a suite; call it inside `describe`. Everybody in it is somebody of their own, so that
 * no story depends on another, and only the clock goes on.
 */
export const useWorld = (options: WorldOptions = {}): (() => World) => {
  let running: World | undefined;

  before(async function () {
    this.timeout(60_000);
    running = await world(options);
  });

  after(async () => {
    const strange = running ? await undeclaredFields(running.app.foundation.store) : [];
    await running?.[Symbol.asyncDispose]();
    // Whatever stories write, the reference documentation of the log has to say.
    if (strange.length > 0) throw new Error(strange.join('\n'));
  });

  return () => {
    if (!running) throw new Error('a world begins with the first story');
    return running;
  };
};
