import { registrations } from '../../plugins/sspr/collections.ts';
import { createCatalogue } from '../../plugins/sspr/questions/catalogue.ts';
import { nothingRegistered } from '../../plugins/sspr/registrations.ts';
import type { RunningApp } from '../../src/app.ts';
import { randomId } from '../../src/kernel/random.ts';
import type { Browser, Filling } from './browsing.ts';
import type { HttpBrowser } from './http-browser.ts';
import type { Inbox, Inboxes } from './inboxes.ts';
import type { Outcome, RelyingParty } from './relying-party.ts';

/** What a story says of somebody, where the usual will not do. */
export interface Somebody {
  readonly password?: string;
  readonly mail?: string;
  readonly groups?: readonly string[];
  readonly adminRoles?: readonly string[];
  readonly kind?: 'person' | 'service';
  readonly active?: boolean;
  /** Has registered the alternate mailbox, as if months ago. */
  readonly registered?: boolean;
}

/** What somebody has around them who does things through pages. */
export interface Surroundings {
  readonly mail: Pick<Inboxes, 'to'>;
  /** The app that they sign in to; without one they go to the page of their own account. */
  readonly party?: RelyingParty;
  readonly issuer: string;
}

interface Birthplace extends Surroundings {
  readonly app: RunningApp;
  browser(): HttpBrowser;
}

interface Known {
  readonly id: string;
  readonly userName: string;
  readonly mail: string;
  readonly alternateMail: string;
  password: string;
}

const alternateMailOf = (userName: string): string => `${userName}@elsewhere.test`;

const joinGroup = async ({ directory, store }: RunningApp['foundation'], name: string, userName: string) => {
  const by = { actor: 'cli' };
  if (!(await directory.groups.byName(name))) {
    await store.commit(directory.groups.creating({ displayName: name }, by).changes);
  }
  const [group, person] = await Promise.all([directory.groups.byName(name), directory.people.byName(userName)]);
  if (group && person) await store.commit(directory.groups.adding(group, person, by));
};

const registerMail = async ({ store, clock, random }: RunningApp['foundation'], id: string, address: string) => {
  const now = clock.now();
  const method = { id: randomId(random), method: 'email', addedAt: now, data: { address } };
  await store.insert(registrations, { ...nothingRegistered(id), methods: [method], confirmedAt: now });
};

interface Answer {
  readonly id: string;
  /** The question as it is asked. */
  readonly text: string;
  readonly answer: string;
}

const catalogue = createCatalogue([]);

/** What everybody here answers to the first questions there are. */
const ANSWERS: readonly Answer[] = ['zebra crossing', 'Ünter Wegs', 'quartz', 'old mill', 'yellow'].map(
  (answer, at) => {
    const id = catalogue.ids[at] ?? '';
    return { id, text: catalogue.text(id, 'en') ?? '', answer };
  },
);

/** Somebody in front of a browser. What they do is done through pages, as everybody has to. */
export class Person<B extends Browser = HttpBrowser> {
  readonly browser: B;
  readonly #known: Known;
  readonly #world: Surroundings;

  private constructor(world: Surroundings, known: Known, browser: B) {
    this.#world = world;
    this.#known = known;
    this.browser = browser;
  }

  /** Somebody who is there already. */
  static known(world: Surroundings, known: Known, browser: HttpBrowser): Person {
    return new Person(world, known, browser);
  }

  static async create(world: Birthplace, userName: string, somebody: Somebody = {}): Promise<Person> {
    const { store, directory } = world.app.foundation;
    const { password = `the first password of ${userName}`, mail = `${userName}@example.test`, groups = [] } = somebody;
    const { adminRoles, kind, active } = somebody;
    const { person, changes } = directory.people.creating(
      {
        userName,
        displayName: userName,
        emails: [{ value: mail, primary: true }],
        ...(adminRoles && { adminRoles }),
        ...(kind && { kind }),
        ...(active !== undefined && { active }),
      },
      { actor: 'cli' },
    );
    await store.commit([...changes, await directory.local.starting(person.id, password)]);
    for (const group of groups) await joinGroup(world.app.foundation, group, userName);
    if (somebody.registered) await registerMail(world.app.foundation, person.id, alternateMailOf(userName));
    const known = { id: person.id, userName, mail, alternateMail: alternateMailOf(userName), password };
    return new Person(world, known, world.browser());
  }

  get id(): string {
    return this.#known.id;
  }

  get userName(): string {
    return this.#known.userName;
  }

  /** The address of the account itself. */
  get mail(): string {
    return this.#known.mail;
  }

  /** A mailbox elsewhere, to be registered as a way back. */
  get alternateMail(): string {
    return this.#known.alternateMail;
  }

  get password(): string {
    return this.#known.password;
  }

  /** What was answered when the questions were registered. */
  get answers(): readonly Answer[] {
    return ANSWERS;
  }

  /** The same person with another browser. */
  with<O extends Browser>(browser: O): Person<O> {
    return new Person(this.#world, this.#known, browser);
  }

  inbox(): Promise<Inbox> {
    return this.#world.mail.to(this.mail);
  }

  alternateInbox(): Promise<Inbox> {
    return this.#world.mail.to(this.alternateMail);
  }

  /** Opens an app, which sends its request here. */
  async startsSignIn(parameters: Readonly<Record<string, string>> = {}, party = this.#world.party): Promise<void> {
    await this.browser.open(party ? await party.authorizationUrl(parameters) : `${this.#world.issuer}/security-info`);
  }

  async givesPassword(password = this.password): Promise<void> {
    await this.browser.submit({ username: this.userName, 'current-password': password });
  }

  async signsIn(parameters: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.startsSignIn(parameters);
    await this.givesPassword();
  }

  /** Presses "Forgot your password?" on the page of a running sign-in, and says who it is about. */
  async forgetsPassword(): Promise<void> {
    await this.browser.follow('Forgot your password?');
    await this.browser.submit({ username: this.userName });
  }

  /** Begins a reset out of the blue, from a bookmark. */
  async opensReset(): Promise<void> {
    await this.browser.open(`${this.#world.issuer}/reset`);
    await this.browser.submit({ username: this.userName });
  }

  /** Begins an unlock out of the blue. */
  async opensUnlock(): Promise<void> {
    await this.browser.open(`${this.#world.issuer}/unlock`);
    await this.browser.submit({ username: this.userName });
  }

  /** Has sign-ins paused by wrong passwords, on the page of a running one. */
  async isPaused(attempts = 10): Promise<void> {
    for (let count = 0; count < attempts; count += 1) await this.givesPassword(`wrong ${String(count)}`);
  }

  /** Types the code that arrived in the alternate mailbox. */
  async typesCode(): Promise<void> {
    const { code } = await this.alternateInbox();
    await this.browser.submit({ 'one-time-code': code });
  }

  /** Opens the link that arrived in the alternate mailbox, and presses its button. */
  async usesLink(): Promise<void> {
    const { link } = await this.alternateInbox();
    await this.browser.open(link);
    await this.browser.submit();
  }

  /** Fills in the alternate mailbox on the page that asks for a way back, and the code that arrives there. */
  async registersMail(address = this.alternateMail): Promise<void> {
    await this.browser.submit({ email: address });
    const { code } = await this.#world.mail.to(address);
    await this.browser.submit({ 'one-time-code': code });
  }

  /** Chooses questions on their page, and answers them. */
  async registersQuestions(answers: readonly Answer[] = ANSWERS): Promise<void> {
    const pairs = answers.map(({ id, answer }, at) => ({
      [`question${String(at + 1)}`]: id,
      [`answer${String(at + 1)}`]: answer,
    }));
    await this.browser.submit(Object.assign({}, ...pairs) as Filling);
  }

  /** Answers those of the questions that are asked. */
  async answersQuestions(answers: readonly Answer[] = ANSWERS): Promise<void> {
    const filling: Record<string, string> = {};
    for (const { text, answer } of answers) {
      if ((await this.browser.field(text)) !== undefined) filling[text] = answer;
    }
    await this.browser.submit(filling);
  }

  /** Types a new password where one is asked for, and remembers it. */
  async choosesPassword(password: string): Promise<void> {
    await this.browser.submit({ 'new-password': password });
    this.#known.password = password;
  }

  /** Types the present password and a new one where both are asked for, and remembers the new one. */
  async changesPassword(password: string): Promise<void> {
    await this.browser.submit({ 'current-password': this.password, 'new-password': password });
    this.#known.password = password;
  }

  /** Knows another password from now on, by somebody else. */
  isTold(password: string): void {
    this.#known.password = password;
  }

  /** How the app's latest request ended. Throws while it has not. */
  outcome(): Outcome {
    const last = this.#world.party?.outcomes.at(-1);
    if (!last) throw new Error('nothing has come back to the app');
    return last;
  }
}
