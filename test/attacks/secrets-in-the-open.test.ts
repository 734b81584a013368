import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { createAuditReader } from '../../src/audit/reader.ts';
import { auditEvents } from '../../src/audit/record.ts';
import { everything } from '../../src/store/query.ts';
import type { Person } from '../support/person.ts';
import type { Reply } from '../support/wire.ts';
import { useWorld } from '../support/world.ts';
import { WatchedBrowser } from './watched-browser.ts';

const ANSWERS = ['qvordle lane', 'wexbury tannith', 'the zilphos', 'a plumquat', 'harrowfen'];

const PASSWORDS = {
  'first password': 'mirrored quayside 41 lantern',
  'wrong password': 'falsified hedgerow 77 lantern',
  'password after the code': 'violet teapots at noon',
  'password after the link': 'seven herons over gravel',
  'password while it was typed': 'marmalade for the ottoman',
  'password after the change': 'marmalade for the ottoman fleet',
};

/** People type passwords where a name is asked for; the page that they typed it into may show it once more. */
const TYPED_AS_NAME = 'password 4 the wrong field';

type Watched = Person<WatchedBrowser>;

const withAnswers = ({ answers }: Watched, more = '') =>
  answers.map((each, at) => ({ ...each, answer: `${ANSWERS[at] ?? ''}${more}` }));

/** The names of the secrets that stand in a text or in bytes. */
const foundIn = (where: string | Buffer, secrets: ReadonlyMap<string, string>): readonly string[] =>
  [...secrets].filter(([, secret]) => where.includes(secret)).map(([name]) => name);

describe('Everything that a walk through registration, two resets and a change leaves behind', function () {
  this.timeout(120_000);
  const world = useWorld({
    sspr: { policies: [{ name: 'everybody', gates: 2, methods: ['email', 'questions'] }] },
  });

  /** Every secret of the walk by a name that a failure may show. */
  const secrets = new Map<string, string>([
    ...Object.entries(PASSWORDS),
    ...ANSWERS.map((answer, at) => [`answer ${String(at + 1)}`, answer] as const),
  ]);
  const cookies = new Map<string, string>();
  const links = new Map<string, string>();
  const browsers: WatchedBrowser[] = [];
  const inFiles: string[] = [];
  let searched = '';

  const inBrowser = (person: Person | Watched): Watched => {
    const browser = new WatchedBrowser(world().clock);
    browsers.push(browser);
    return person.with(browser);
  };

  const keepCookies = (when: string): void => {
    for (const { cookies: jar } of browsers) {
      for (const name of jar.names().filter((each) => each !== 'locale')) {
        const value = jar.value(name) ?? '';
        // Of a pair `<id>.<secret>` the first half is only the name of a document.
        cookies.set(`cookie ${name} ${when}`, value.slice(value.lastIndexOf('.') + 1));
      }
    }
  };

  const keepMail = async (person: Watched): Promise<void> => {
    const { mails } = await person.alternateInbox();
    for (const [at, { code, link }] of mails.entries()) {
      const token = link?.includes('/reset/link/') ? link.slice(link.lastIndexOf('.') + 1) : undefined;
      if (token !== undefined) links.set(`link ${String(at)}`, token);
      if (code === undefined) continue;
      secrets.set(`code ${String(at)}`, code);
      secrets.set(`code ${String(at)} as it is printed`, `${code.slice(0, 4)} ${code.slice(4)}`);
    }
  };

  const searchFiles = async (when: string): Promise<void> => {
    const { store, config } = world().app.foundation;
    await store.durable();
    const everySecret = new Map([...secrets, ...cookies, ...links, ['typed as a name', TYPED_AS_NAME]]);
    for (const file of await readdir(config.dataDir)) {
      const bytes = await readFile(join(config.dataDir, file));
      inFiles.push(...foundIn(bytes, everySecret).map((name) => `${name} in ${file} after ${when}`));
      if (bytes.includes('elsewhere.test')) searched += `${file} `;
    }
  };

  /** Lets something happen, then keeps what is live after it. */
  const step = async (person: Watched, name: string, act: () => Promise<unknown>): Promise<void> => {
    await act();
    keepCookies(`after ${name}`);
    await keepMail(person);
  };

  const registers = async (dora: Watched): Promise<void> => {
    await dora.startsSignIn();
    await dora.browser.submit({ username: TYPED_AS_NAME, 'current-password': PASSWORDS['wrong password'] });
    await step(dora, 'a wrong password', () => dora.givesPassword(PASSWORDS['wrong password']));
    await step(dora, 'the right password', () => dora.givesPassword());
    await dora.browser.follow('Add an address');
    await step(dora, 'an address', () => dora.browser.submit({ email: dora.alternateMail }));
    await dora.browser.submit({ 'one-time-code': '00000000' });
    await searchFiles('the code of a registration was mailed');
    await step(dora, 'a code', () => dora.typesCode());
    await dora.browser.follow('Set up questions');
    await step(dora, 'questions', () => dora.registersQuestions(withAnswers(dora)));
    expect(dora.outcome().kind).to.equal('signed-in');
  };

  const begins = async (dora: Watched): Promise<void> => {
    world().clock.advance(1);
    await dora.browser.open(`${world().issuer}/reset`);
    await dora.browser.submit({ username: TYPED_AS_NAME });
    await world().settle();
    await step(dora, 'a reset began', () => dora.opensReset());
    await searchFiles('the code and link of a reset were mailed');
  };

  const answersAndChooses = async (dora: Watched, password: string): Promise<void> => {
    await step(dora, 'wrong answers', () => dora.answersQuestions(withAnswers(dora, ' not')));
    await step(dora, 'right answers', () => dora.answersQuestions(withAnswers(dora)));
    await dora.browser.submit({ 'new-password': dora.password });
    await step(dora, 'a new password', () => dora.choosesPassword(password));
    expect(await dora.browser.heading()).to.equal('Your password is changed');
    await searchFiles('a new password');
    await step(dora, 'a sign-in', () => dora.signsIn());
    expect(dora.outcome().kind).to.equal('signed-in');
  };

  const changes = async (dora: Watched): Promise<void> => {
    const next = PASSWORDS['password after the change'];
    await dora.browser.open(`${world().issuer}/change-password`);
    const { url, fields } = dora.browser.prepared();
    await dora.browser.send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({
        csrf: fields['csrf'] ?? '',
        flow: fields['flow'] ?? '',
        check: 'yes',
        password: PASSWORDS['password while it was typed'],
      }).toString(),
    });
    await dora.browser.submit({ 'current-password': PASSWORDS['wrong password'], 'new-password': next });
    await dora.browser.submit({ 'current-password': dora.password, 'new-password': dora.password });
    await step(dora, 'a change', () => dora.changesPassword(next));
    expect(await dora.browser.text()).to.include('Your password is changed');
    await searchFiles('a change');
  };

  before(async () => {
    const somebody = await world().person('dora', { password: PASSWORDS['first password'] });
    await registers(inBrowser(somebody));

    const byCode = inBrowser(somebody);
    await begins(byCode);
    await byCode.browser.submit({ 'one-time-code': '00000000' });
    await step(byCode, 'a code of a reset', () => byCode.typesCode());
    await answersAndChooses(byCode, PASSWORDS['password after the code']);

    const desk = inBrowser(somebody);
    await begins(desk);
    const phone = inBrowser(somebody);
    await step(phone, 'a link was opened', async () => phone.browser.open((await desk.alternateInbox()).link));
    await step(phone, 'a link was used', () => phone.browser.submit());
    await answersAndChooses(phone, PASSWORDS['password after the link']);
    await changes(phone);

    // The last one stays live.
    await begins(inBrowser(somebody));
    await searchFiles('everything');
  });

  after(async () => {
    for (const browser of browsers) await browser[Symbol.asyncDispose]();
  });

  const replies = (): readonly Reply[] => browsers.flatMap((browser) => browser.replies);

  /** The id of a sign-in is the address of its page and a cookie as well; see `sign-in-by-its-address`. */
  const addresses = (name: string): boolean => /^cookie (interaction|resume) /.test(name);

  it('was searched for what is secret: codes, links, cookies, answers and passwords', () => {
    expect([...secrets.keys()].filter((name) => /^code \d+$/.test(name))).to.have.length.greaterThan(3);
    expect(links.size).to.be.greaterThan(2);
    for (const name of ['browser', 'session', 'interaction', 'reset', 'reset-link']) {
      expect([...cookies.keys()].join(), name).to.include(`cookie ${name} `);
    }
    for (const [name, secret] of [...secrets, ...links, ...cookies]) expect(secret.length, name).to.be.greaterThan(6);
    expect(searched).to.match(/latchkey\.db/);
    expect(searched).to.match(/wal/);
    expect(replies().length).to.be.greaterThan(60);
  });

  it('holds none of it in a page or a redirect, and no token but in the redirect that takes it out of the address', () => {
    const all = new Map([...secrets, ...links, ...[...cookies].filter(([name]) => !addresses(name))]);
    for (const { status, headers, body } of replies()) {
      const { 'set-cookie': given = [], ...others } = headers;
      const at = `${String(status)} ${String(headers.location ?? /<h1[^>]*>([^<]*)/.exec(body)?.[1])}`;
      expect(foundIn(body, all), at).to.deep.equal([]);
      expect(foundIn(JSON.stringify(others), all), at).to.deep.equal([]);
      expect(foundIn(given.join('\n'), secrets), at).to.deep.equal([]);
      if (foundIn(given.join('\n'), links).length > 0) expect(headers.location, at).to.equal('/reset/link');
    }
  });

  it('holds none of it in a line of the log', () => {
    const all = new Map([...secrets, ...links, ...cookies, ['typed as a name', TYPED_AS_NAME]]);
    const lines = world().lines.map((line) => inspect(line, { depth: 12, showHidden: true }));
    expect(lines).not.to.deep.equal([]);
    for (const line of lines) expect(foundIn(line, all)).to.deep.equal([]);
  });

  it('holds none of it in a record of the audit log', async () => {
    const all = new Map([...secrets, ...links, ...cookies, ['typed as a name', TYPED_AS_NAME]]);
    const { store, secrets: ours } = world().app.foundation;
    const { docs } = await store.find(auditEvents, everything, { limit: 1000 });
    expect(docs.length).to.be.greaterThan(10);
    for (const record of await createAuditReader(store, ours).open(docs))
      expect(foundIn(JSON.stringify(record), all), record.type).to.deep.equal([]);
  });

  it('holds none of it in a file of the data directory, the write-ahead log included', () => {
    expect(inFiles).to.deep.equal([]);
  });
});
