import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { HttpBrowser } from './http-browser.ts';
import { Inbox } from './inboxes.ts';
import { Person } from './person.ts';
import type { Surroundings } from './person.ts';
import { codeIn, linkIn } from './post-office.ts';
import type { Mail } from './post-office.ts';
import { target, TARGET } from './target.ts';
import type { Target } from './target.ts';
import type { Reply, Sending } from './wire.ts';
import { useWorld } from './world.ts';
import type { World, WorldOptions } from './world.ts';

/** A running server as an attacker has it: addresses, browsers, accounts of one's own and their mail. Nothing within. */
export interface Site {
  readonly issuer: string;
  /** Somebody with a password and a mailbox that was registered, whom no other attack touches. */
  somebody(): Promise<Person>;
  /** A browser that was never here, which adds these headers to everything. */
  browser(headers?: Readonly<Record<string, string>>): HttpBrowser;
  /** Whether this password signs somebody in, in a browser that was never here. */
  opens(person: Person, password: string): Promise<boolean>;
  /** Lets the server do what it does beside its answers. */
  settle(): Promise<void>;
}

/** What is wrong elsewhere, for the report. */
export interface Failure {
  readonly failure: string;
  /** Where it was seen. */
  readonly seen: string;
}

/** An attack that could not be tried here; the report says so instead of counting it as either. */
export class NotTried extends Error {}

const letters = z.array(z.object({ to: z.string(), subject: z.string(), text: z.string(), html: z.string() }));

/** Milliseconds to wait for a mail that may never come. */
const MAIL_TIME = 6000;
const MAIL_ROUND = 100;

/** Seconds that a server may ask its attacker to be patient for. */
const LONGEST_WAIT = 60;

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The same mailboxes as seen from outside: a mail is waited for until one comes that was not there before. */
class DistantInboxes {
  readonly #address: string;
  readonly #seen = new Map<string, number>();

  constructor(address: string) {
    this.#address = address;
  }

  async #mails(address: string): Promise<readonly Mail[]> {
    const all = letters.parse(await (await fetch(this.#address)).json());
    return all
      .filter(({ to }) => to === address)
      .reverse()
      .map(({ to, ...mail }) => ({ ...mail, to: [to], code: codeIn(mail.text), link: linkIn(mail.text) }));
  }

  async to(address: string): Promise<Inbox> {
    const seen = this.#seen.get(address) ?? 0;
    for (let left = MAIL_TIME; left > 0; left -= MAIL_ROUND) {
      const mails = await this.#mails(address);
      this.#seen.set(address, mails.length);
      if (mails.length > seen) return new Inbox(address, mails);
      await wait(MAIL_ROUND);
    }
    return new Inbox(address, await this.#mails(address));
  }
}

/** One that comes again when it is told to wait, as many attacks from one address are. */
class PatientBrowser extends HttpBrowser {
  readonly #headers: Readonly<Record<string, string>>;
  readonly #patient: boolean;

  constructor(headers: Readonly<Record<string, string>>, patient: boolean, clock = { now: () => Date.now() }) {
    super(clock);
    this.#headers = headers;
    this.#patient = patient;
  }

  override async send(url: URL | string, sending: Sending = {}): Promise<Reply> {
    const reply = await super.send(url, { ...sending, headers: { ...sending.headers, ...this.#headers } });
    const after = Number(reply.headers['retry-after']);
    if (!this.#patient || reply.status !== 429 || Number.isNaN(after)) return reply;
    if (after > LONGEST_WAIT) {
      throw new NotTried(`this address has used up what the server grants it for ${String(after)} seconds`);
    }
    await wait(after * 1000);
    return this.send(url, sending);
  }
}

const opens = async (site: Pick<Site, 'browser'>, person: Person, password: string): Promise<boolean> => {
  const there = person.with(site.browser());
  await there.startsSignIn();
  await there.givesPassword(password);
  return (
    (await there.browser.url()).pathname !== '/auth' && (await there.browser.field('current-password')) === undefined
  );
};

/** Everybody registers the mailbox at the first sign-in, where the policy asks for it, or at the page of the account. */
const settled = async (person: Person, issuer: string): Promise<Person> => {
  await person.signsIn();
  if ((await person.browser.field('email')) === undefined) await person.browser.open(`${issuer}/security-info/email`);
  if ((await person.browser.field('email')) !== undefined) await person.registersMail();
  return person;
};

const distantSite = ({ url, people, inbox }: Target): Site => {
  const issuer = url.replace(/\/$/, '');
  const waiting = [...people];
  const around: Surroundings = { issuer, mail: new DistantInboxes(inbox) };
  const browser = (headers: Readonly<Record<string, string>> = {}) => new PatientBrowser(headers, true);
  return {
    issuer,
    browser,
    async somebody() {
      const next = waiting.shift();
      if (!next) throw new NotTried('every person in the list was used up: give more of them');
      const person = Person.known(around, { ...next, id: next.userName }, browser());
      await settled(person, issuer);
      return person.with(browser());
    },
    opens: (person, password) => opens({ browser }, person, password),
    // Nothing tells from outside whether a job is done; it takes a few milliseconds.
    settle: () => wait(500),
  };
};

const siteOf = (world: World): Site => {
  const { issuer, mail, clock } = world;
  const browser = (headers: Readonly<Record<string, string>> = {}) => new PatientBrowser(headers, false, clock);
  return {
    issuer,
    browser,
    async somebody() {
      const { userName, password, id, mail: address, alternateMail } = await world.person('dora', { registered: true });
      return Person.known({ issuer, mail }, { id, userName, password, mail: address, alternateMail }, browser());
    },
    opens: (person, password) => opens({ browser }, person, password),
    settle: () => world.settle(),
  };
};

let attacked: Site | undefined;

/**
 * Attacks that need nothing but the network. They run in the suite against a server in this process, and by
 * `npm run attack` against any: see docs/attack.md.
 *
 * @param options for the server in this process
 */
export const onAnySite = (
  { failure, seen }: Failure,
  attacks: (site: () => Site) => void,
  options: WorldOptions = {},
): void => {
  describe(`${failure} (${seen})`, function () {
    this.timeout(300_000);
    const file = process.env[TARGET];
    if (file === undefined) {
      const world = useWorld(options);
      attacks(() => siteOf(world()));
      return;
    }
    attacked ??= distantSite(target.parse(JSON.parse(readFileSync(file, 'utf8'))));
    const site = attacked;
    attacks(() => site);
  });
};
