import { expect } from 'chai';
import { auditEvents } from '../../src/audit/record.ts';
import { counters } from '../../src/limits/counters.ts';
import { eq, everything } from '../../src/store/query.ts';
import { givesCode, opens } from '../sspr/registering.ts';
import { onEveryEngine, type Engine } from '../support/engines.ts';
import type { Person } from '../support/person.ts';
import { world, type World } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';
import { WatchedBrowser } from './watched-browser.ts';

const GUESSES = 200;
const SESSIONS = 12;
const ALLOWED = 5;

/** All sessions live at once, each with a code of its own: only what counts failures is in the way. */
const roomy = (store: Engine): Promise<World> =>
  world({
    store,
    config: { http: { trustedProxies: ['127.0.0.0/8', '::1'] } },
    sspr: { limits: { flowsPerPerson: SESSIONS, sendsPerTenMinutes: 100, sendsPerDay: 100 } },
  });

/** A browser of the attacker's with a reset of the victim's, at an address of its own. */
interface Session {
  readonly browser: WatchedBrowser;
  readonly code: string;
}

const session = async (w: World, victim: Person, at: number): Promise<Session> => {
  const browser = new WatchedBrowser(w.clock, { 'x-forwarded-for': `198.51.100.${String(at + 1)}` });
  await victim.with(browser).opensReset();
  return { browser, code: (await victim.alternateInbox()).code };
};

const sessions = async (w: World, victim: Person, count: number): Promise<readonly Session[]> => {
  const all: Session[] = [];
  for (let at = 0; at < count; at += 1) all.push(await session(w, victim, at));
  return all;
};

/** Codes that are wrong everywhere. */
const wrongCodes = (all: readonly Session[], count: number): readonly string[] => {
  const right = new Set(all.map(({ code }) => code));
  const codes = Array.from({ length: count + all.length }, (_, at) => String(at).padStart(8, '0'));
  return codes.filter((code) => !right.has(code)).slice(0, count);
};

/** All at once, in turn over the sessions. */
const guess = async (all: readonly Session[], codes: readonly string[]): Promise<readonly number[]> => {
  const replies = await Promise.all(
    codes.map((code, at) => {
      const { browser } = all[at % all.length] ?? {};
      if (!browser) throw new Error('there are sessions');
      const { url, fields } = browser.prepared({ 'one-time-code': code });
      return sendForm(browser, url, new URLSearchParams(fields).toString());
    }),
  );
  return replies.map(({ status }) => status);
};

const judged = async (w: World, { id }: Person): Promise<number> => {
  const { docs } = await w.app.foundation.store.find(auditEvents, eq('subject', id), { limit: 1000 });
  return docs.filter(({ type, reason }) => type === 'reset.failed' && reason === 'wrong').length;
};

/** What counts against the person, each before anyone looks at it. */
const counted = async (w: World): Promise<number> => {
  const { docs } = await w.app.foundation.store.find(counters, everything, { limit: 1000 });
  const failures = docs.filter(({ id }) => id.startsWith('sspr.failures.'));
  return failures.reduce((sum, { count }) => sum + count, 0);
};

/** What a crowd got in each other's way at is tried once more, one by one; then not even the right codes help. */
const expectClosed = async (w: World, victim: Person, all: readonly Session[], wrong: readonly string[]) => {
  expect(await judged(w, victim)).to.be.at.most(ALLOWED);
  expect(await counted(w)).to.be.at.most(ALLOWED);
  for (const [at, { browser }] of all.entries()) {
    await browser.reload();
    if (await browser.offers('Check the code')) await givesCode(browser, wrong[at] ?? '');
  }
  expect(await counted(w)).to.equal(ALLOWED);
  for (const { browser, code } of all) {
    await browser.reload();
    if (await browser.offers('Check the code')) await givesCode(browser, code);
    await browser.open('/reset/password');
    expect((await browser.url()).pathname).to.equal('/reset/prove/email');
  }
  expect(await judged(w, victim)).to.be.within(1, ALLOWED);
  expect(await counted(w)).to.equal(ALLOWED);
};

const close = async (all: readonly Session[]): Promise<void> => {
  for (const { browser } of all) await browser[Symbol.asyncDispose]();
};

onEveryEngine('Guesses at one code from many browsers, sessions and addresses', (engine) => {
  it('are five and no more, whatever comes at once, and afterwards not even the right codes open anything', async () => {
    await using w = await roomy(engine);
    const dora = await w.person('dora', { registered: true });
    const all = await sessions(w, dora, SESSIONS);

    const statuses = await guess(all, wrongCodes(all, GUESSES));

    expect(statuses).to.have.length(GUESSES);
    for (const status of statuses) expect(status).to.be.oneOf([200, 409, 422, 503]);
    await expectClosed(w, dora, all, wrongCodes(all, SESSIONS));
    expect(await opens(w, dora, dora.password)).to.equal(true);
    await close(all);
  });

  it('stay counted when another mail is asked for, in that browser and in all others', async () => {
    await using w = await roomy(engine);
    const dora = await w.person('dora', { registered: true });
    const all = await sessions(w, dora, 4);
    const codes = wrongCodes(all, 44);
    for (const [at, { browser }] of all.entries()) await givesCode(browser, codes[at] ?? '');
    expect(await counted(w)).to.equal(4);
    const renewed: Session[] = [];
    for (const { browser } of all) {
      await browser.reload();
      await browser.submit({}, 'Send another mail');
      renewed.push({ browser, code: (await dora.alternateInbox()).code });
    }

    await guess(renewed, codes.slice(4));

    await expectClosed(w, dora, renewed, codes);
    await close(all);
  });
});
