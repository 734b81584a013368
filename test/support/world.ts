import { inspect } from 'node:util';
import { plugins, startApp, type RunningApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Surroundings } from '../../src/foundation.ts';
import type { Log } from '../../src/kernel/log.ts';
import { testClock, type TestClock } from './clock.ts';
import { undeclaredFields } from './declared-fields.ts';
import { HttpBrowser } from './http-browser.ts';
import { Inboxes } from './inboxes.ts';
import { Person, type Somebody } from './person.ts';
import { openPremises, type Premises, type PremisesOptions } from './premises.ts';
import type { RelyingParty } from './relying-party.ts';
import { CHEAP } from './rooms.ts';

export type { ConfigTree } from './premises.ts';

export interface LogLine {
  readonly level: keyof Log;
  readonly facts: Record<string, unknown>;
  readonly message: string;
}

export interface WorldOptions extends PremisesOptions {
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

/** Starts the product on premises, for somebody in front of it; the premises stay when it ends. */
export const worldOn = async (
  premises: Premises,
  clock: TestClock,
  surroundings: WorldOptions['surroundings'] = {},
): Promise<World> => {
  await using stack = new AsyncDisposableStack();
  const { post, party, otherParty } = premises;
  const lines: LogLine[] = [];
  const config = await loadConfig(premises.environment, plugins);
  const app = await startApp(config, { clock, log: recorder(lines), argon2: CHEAP, timers: false, ...surroundings });
  stack.defer(() => app.stop());
  await Promise.all([party, otherParty].map((each) => each.discover(config.issuer)));

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

export const world = async (options: WorldOptions = {}): Promise<World> => {
  await using stack = new AsyncDisposableStack();
  const clock = stack.use(testClock());
  const premises = stack.use(await openPremises(options));
  clock.install();
  const running = stack.use(await worldOn(premises, clock, options.surroundings));
  const owned = stack.move();
  return { ...running, [Symbol.asyncDispose]: () => owned.disposeAsync() };
};

/**
 * One world for all stories of a suite; call it inside `describe`. Everybody in it is somebody of their own, so that
 * no story depends on another, and only the clock goes on.
 */
export const useWorld = (options: WorldOptions = {}): (() => World) => {
  let running: World | undefined;

  before(async () => {
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
