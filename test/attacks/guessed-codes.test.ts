import { expect } from 'chai';
import { auditEvents } from '../../src/audit/record.ts';
import { and, eq } from '../../src/store/query.ts';
import { registrationNow, startsReset } from '../sspr/registering.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import type { Reply } from '../support/wire.ts';
import { useWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';
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

describe('Somebody who guesses, many at once', function () {
  this.timeout(120_000);
  const world = useWorld({ config: BEHIND_A_PROXY });

  it('has five tries of two hundred in one session, and the right code after them opens nothing', async () => {
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

  it('has five tries of fifty at a registration, and no more by beginning it again', async () => {
    const nina = await world().person('nina');
    await nina.signsIn();
    await nina.browser.submit({ email: nina.alternateMail });
    const { url, fields } = nina.browser.prepared({ 'one-time-code': '' });
    const body = (code: string): string => new URLSearchParams({ ...fields, code }).toString();
    await Promise.all(Array.from({ length: 50 }, (_, at) => sendForm(nina.browser, url, body(codeOf(at)))));
    const { code } = await nina.alternateInbox();
    await sendForm(nina.browser, url, body(code));
    expect((await registrationNow(world(), nina)).methods).to.deep.equal([]);
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
