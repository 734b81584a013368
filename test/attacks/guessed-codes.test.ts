import { expect } from 'chai';
import { auditEvents } from '../../src/audit/log.ts';
import { and, eq } from '../../src/store/query.ts';
import { answersQuestions, givesCode, hasQuestions, registrationNow, startsReset } from '../sspr/registering.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import type { Reply } from '../support/wire.ts';
import { useWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { sendForm } from './stations.ts';
import { WatchedBrowser } from './watched-browser.ts';

const BEHIND_A_PROXY = { http: { trustedProxies: ['127.0.0.0/8', '::1'] } };

/** A browser somewhere else on the net than all others. */
const browserAt = (w: World, at: number): HttpBrowser =>
  new WatchedBrowser(w.clock, { 'x-forwarded-for': `203.0.${String(at >> 8)}.${String(at & 255)}` });

/** How many answers were looked at and found wrong; those during a block are not looked at. */
const judged = async (w: World, person: Person): Promise<number> => {
  const { store } = w.app.foundation;
  const query = and(eq('type', 'reset.failed'), eq('subject', person.id));
  const { docs } = await store.find(auditEvents, query, { limit: 1000 });
  return docs.filter(({ reason }) => reason === 'wrong').length;
};

const guess = async (browser: HttpBrowser, code: string): Promise<() => Promise<Reply>> => {
  const csrf = (await browser.field('csrf')) ?? '';
  const { origin } = await browser.url();
  return () => sendForm(browser, `${origin}/reset/prove/email`, new URLSearchParams({ csrf, code }).toString());
};

const codeOf = (at: number): string => String(10_000_000 + at);

const SESSIONS = 40;

onEveryEngine('Two hundred guesses at once, over forty sessions and addresses', (store) => {
  const world = useWorld({
    store,
    config: BEHIND_A_PROXY,
    // The most that can be configured: many more live codes of one person than there ever should be.
    sspr: { limits: { flowsPerPerson: 20, sendsPerTenMinutes: 100, sendsPerDay: 100 } },
  });

  it('are five that are looked at, and the right code after them opens nothing', async () => {
    const alice = await world().person('alice', { registered: true });
    const browsers = Array.from({ length: SESSIONS }, (_, at) => browserAt(world(), at));
    for (const browser of browsers) await startsReset(world(), browser, alice.userName);
    await world().settle();
    const last = browserAt(world(), SESSIONS);
    await startsReset(world(), last, alice.userName);
    const { code } = await alice.alternateInbox();

    const guesses = await Promise.all(
      Array.from({ length: 200 }, (_, at) => guess(browsers[at % SESSIONS] ?? last, codeOf(at))),
    );
    const replies = await Promise.all(guesses.map((each) => each()));
    expect(replies.filter(({ status }) => status === 303)).to.deep.equal([]);
    expect(await judged(world(), alice)).to.equal(5);

    const right = await guess(last, code);
    expect((await right()).status).to.equal(422);
    await last.open('/reset/password');
    expect((await last.url()).pathname).not.to.equal('/reset/password');
    for (const browser of [...browsers, last]) await browser[Symbol.asyncDispose]();
  }).timeout(60_000);
});

describe('Somebody who guesses', function () {
  this.timeout(30_000);
  const world = useWorld({ config: BEHIND_A_PROXY });

  it('gains no further tries by two hundred at once in one session', async () => {
    const alice = await world().person('alice', { registered: true });
    await startsReset(world(), alice.browser, alice.userName);
    const { code } = await alice.alternateInbox();
    const guesses = await Promise.all(Array.from({ length: 200 }, (_, at) => guess(alice.browser, codeOf(at))));
    const right = await guess(alice.browser, code);
    const replies = await Promise.all(guesses.map((each) => each()));
    expect(replies.filter(({ status }) => status === 303)).to.deep.equal([]);
    expect(await judged(world(), alice)).to.be.within(1, 5);
    expect((await right()).status).to.equal(200);
    await alice.browser.open('/reset/password');
    expect((await alice.browser.url()).pathname).not.to.equal('/reset/password');
  });

  it('gains no further tries by another mail: a resend keeps the count', async () => {
    const alice = await world().person('alice', { registered: true });
    await startsReset(world(), alice.browser, alice.userName);
    for (let count = 0; count < 4; count += 1) {
      await givesCode(alice.browser, codeOf(count));
      if (count % 2 === 1) {
        await alice.browser.submit({}, 'Send another mail');
        await alice.alternateInbox();
      }
    }
    await givesCode(alice.browser, codeOf(5));
    expect(await alice.browser.text()).to.contain('we stopped taking codes for now');
    // Neither the mail from before the block nor one asked for now has a code that is taken.
    const { mails } = await alice.alternateInbox();
    const code = mails.findLast((mail) => mail.code !== undefined)?.code ?? '';
    expect(code).to.match(/^\d{8}$/);
    const csrf = (await alice.browser.field('csrf')) ?? '';
    const late = new URLSearchParams({ csrf, code }).toString();
    await sendForm(alice.browser, `${world().issuer}/reset/prove/email`, late);
    await alice.browser.open('/reset/password');
    expect((await alice.browser.url()).pathname).not.to.equal('/reset/password');
  });

  it('gains no further tries at a registration by beginning it again, or by many at once', async () => {
    const nina = await world().person('nina');
    await nina.signsIn();
    await nina.browser.submit({ email: nina.alternateMail });
    const { url, fields } = nina.browser.prepared({ 'one-time-code': '' });
    const body = (code: string): string => new URLSearchParams({ ...fields, code }).toString();
    await Promise.all(Array.from({ length: 50 }, (_, at) => sendForm(nina.browser, url, body(codeOf(at)))));
    const { code } = await nina.alternateInbox();
    await sendForm(nina.browser, url, body(code));
    const again = nina.with(world().browser());
    await again.signsIn();
    await again.browser.submit({ email: nina.alternateMail });
    await again.browser.submit({ 'one-time-code': (await nina.alternateInbox()).code });
    expect((await registrationNow(world(), nina)).methods).to.deep.equal([]);
  });

  it('tries ten passwords of a hundred, from as many addresses at once', async () => {
    const alice = await world().person('alice', { registered: true });
    const browsers = Array.from({ length: 100 }, (_, at) => browserAt(world(), at));
    for (const browser of browsers) await alice.with(browser).startsSignIn();
    await Promise.all(browsers.map((browser, at) => alice.with(browser).givesPassword(`a wrong one ${String(at)}`)));
    const query = and(eq('type', 'signin.failure'), eq('subject', alice.id));
    const { docs } = await world().app.foundation.store.find(auditEvents, query, { limit: 1000 });
    expect(docs).to.have.length(100);
    expect(docs.filter(({ reason }) => reason !== 'paused')).to.have.length(10);
    await alice.with(browsers[0] ?? alice.browser).givesPassword();
    expect(world().party.outcomes).to.deep.equal([]);
    for (const browser of browsers) await browser[Symbol.asyncDispose]();
  });
});

describe('Somebody who opens the first gate again and again', function () {
  this.timeout(30_000);
  const world = useWorld({
    sspr: {
      policies: [{ name: 'everybody', gates: 2, methods: ['email', 'questions'] }],
      limits: { sendsPerTenMinutes: 100, sendsPerDay: 100 },
    },
  });

  const both = async (): Promise<Person> => {
    const dora = await world().person('dora', { registered: true });
    await hasQuestions(world(), dora);
    return dora;
  };

  for (const by of ['code', 'link'] as const) {
    it(`clears no count of the second by it: with the ${by}`, async () => {
      const dora = await both();
      let right = 0;
      for (let round = 0; round < 4; round += 1) {
        const thief = dora.with(world().browser());
        await thief.opensReset();
        if (by === 'code' && (await dora.alternateInbox()).last.code === undefined) break;
        if (by === 'code') await thief.typesCode();
        else await thief.usesLink();
        if ((await thief.browser.field('answer1')) === undefined) continue;
        right += 1;
        for (let count = 0; count < 2; count += 1) {
          if ((await thief.browser.field('answer1')) !== undefined)
            await answersQuestions(thief.browser, () => `guess ${String(round)} ${String(count)}`);
        }
      }
      expect(right).to.be.greaterThan(1);
      expect(await judged(world(), dora)).to.equal(5);
      expect((await dora.inbox()).last.subject).to.equal('Too many wrong codes for your account');

      // Whoever still has the mailbox gets no further by the right answers.
      const thief = dora.with(world().browser());
      await thief.opensReset();
      await thief.usesLink();
      await thief.browser.open('/reset/prove/questions');
      expect(await thief.browser.field('answer1')).to.equal(undefined);
      await thief.browser.open('/reset/password');
      expect((await thief.browser.url()).pathname).not.to.equal('/reset/password');
    });
  }
});
