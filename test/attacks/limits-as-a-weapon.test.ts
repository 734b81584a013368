import { expect } from 'chai';
import { MINUTE, SECOND } from '../../src/kernel/clock.ts';
import { givesCode } from '../sspr/registering.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { WatchedBrowser } from './watched-browser.ts';

const PROXIED = { http: { trustedProxies: ['127.0.0.0/8', '::1'] } };

const NEW_PASSWORD = 'violet teapots at noon';
const BLOCKED = 'Too many wrong codes for your account';

/** The attacker's own network address; without one it is that of the victim, as in one office. */
const strangerAt = async (w: World, name: string, address?: string): Promise<HttpBrowser> => {
  const browser = new WatchedBrowser(w.clock, address === undefined ? {} : { 'x-forwarded-for': address });
  await browser.open(`${w.issuer}/reset`);
  await browser.submit({ username: name });
  await w.settle();
  return browser;
};

/** As many resets as mail is sent for, and more; as many wrong codes as are judged, and more. */
const spendsResets = async (w: World, { userName, mail }: Person, address: string): Promise<void> => {
  for (let count = 0; count < 6; count += 1) {
    for (const name of [userName, mail]) {
      await using stranger = await strangerAt(w, name, address);
      await givesCode(stranger, String(count).padStart(8, '0'));
      await stranger.submit({}, 'Send another mail');
      await w.settle();
    }
  }
};

/** Begins resets, for names of nobody, until the address may begin no more. */
const spendsBeginnings = async (w: World): Promise<void> => {
  for (let count = 0; count < 60; count += 1) {
    await using stranger = await strangerAt(w, `nobody ${String(count)}`);
    if (stranger.status === 429) return;
  }
  throw new Error('an address may begin resets without end');
};

/** Wrong passwords until the account pauses, by each of its names. */
const spendsSignIns = async (w: World, victim: Person): Promise<void> => {
  for (const name of [victim.userName, victim.mail]) {
    const stranger = victim.with(w.browser());
    await stranger.startsSignIn();
    for (let count = 0; count < 14; count += 1) {
      await stranger.browser.submit({ username: name, 'current-password': `wrong ${name} ${String(count)}` });
    }
  }
};

const isLockedOutElsewhere = async (w: World, victim: Person): Promise<boolean> => {
  const elsewhere = victim.with(w.browser());
  const before = w.party.outcomes.length;
  await elsewhere.signsIn();
  return w.party.outcomes.length === before;
};

const spendsEverything = async (w: World, victim: Person): Promise<void> => {
  await spendsResets(w, victim, '198.51.100.1');
  await spendsSignIns(w, victim);
  await spendsBeginnings(w);
};

const atHome = async (w: World): Promise<Person> => {
  const dora = await w.person('dora', { registered: true });
  await dora.signsIn();
  return dora;
};

const mailsTo = async (w: World, { mail, alternateMail }: Person): Promise<readonly string[]> => {
  const inboxes = await Promise.all([mail, alternateMail].map((address) => w.mail.to(address)));
  return inboxes.flatMap(({ mails }) => mails.map(({ subject }) => subject));
};

const isSignedIn = (w: World, { id }: Person): boolean => {
  const last = w.party.outcomes.at(-1);
  return last?.kind === 'signed-in' && last.claims['sub'] === id;
};

describe('Somebody who spends every limit of a victim', function () {
  this.timeout(120_000);

  it('really locks every strange browser out: no code is judged, no mail sent, no password looked at', async () => {
    await using w = await world({ config: PROXIED });
    const dora = await atHome(w);
    await using early = await strangerAt(w, 'dora');
    const { code } = await dora.alternateInbox();
    await spendsEverything(w, dora);
    expect(await mailsTo(w, dora)).to.include(BLOCKED);
    await givesCode(early, code);
    expect(await early.heading()).to.equal('Enter the code from the mail');
    expect(await isLockedOutElsewhere(w, dora)).to.equal(true);
    const sent = (await mailsTo(w, dora)).length;
    await w.later(10 * MINUTE);
    await using late = await strangerAt(w, 'dora', '198.51.100.9');
    expect(late.status).to.equal(200);
    expect(await mailsTo(w, dora)).to.have.length(sent);
  });

  for (const way of ['code', 'link'] as const) {
    it(`does not keep her from a reset by mailed ${way} and a sign-in within five minutes at home`, async () => {
      await using w = await world({ config: PROXIED });
      const dora = await atHome(w);
      await spendsEverything(w, dora);
      const begun = w.clock.now();
      const earlier = w.party.outcomes.length;
      let attacks = 0;
      const attack = async (): Promise<void> => {
        await w.later(30 * SECOND);
        attacks += 1;
        await spendsResets(w, dora, `198.51.100.${String(attacks + 1)}`);
        await spendsSignIns(w, dora);
      };

      await dora.startsSignIn({ prompt: 'login' });
      await dora.forgetsPassword();
      await attack();
      if (way === 'code') await dora.typesCode();
      else await dora.usesLink();
      expect(await dora.browser.heading()).to.equal('Choose a new password');
      await attack();
      await dora.choosesPassword(NEW_PASSWORD);
      await attack();
      await dora.browser.follow('Go back and sign in');
      await dora.givesPassword();

      expect(w.party.outcomes).to.have.length(earlier + 1);
      expect(isSignedIn(w, dora)).to.equal(true);
      expect(w.clock.now() - begun).to.be.at.most(5 * MINUTE);
    });
  }

  it('ends no reset of a known browser by any number of their own, not even by opened mail of theirs', async () => {
    await using w = await world({
      sspr: {
        policies: [{ name: 'everybody', gates: 2, methods: ['email', 'questions'] }],
        limits: { sendsPerTenMinutes: 100, sendsPerDay: 1000 },
      },
    });
    const dora = await atHome(w);
    await dora.opensReset();
    const { code } = await dora.alternateInbox();
    for (let count = 0; count < 8; count += 1) {
      await using mallory = await strangerAt(w, 'dora');
      // She reads Dora's mail as well: a proof of hers weighs no more than a known browser.
      await givesCode(mallory, (await dora.alternateInbox()).code);
      await w.later(SECOND);
    }
    await dora.browser.reload();
    await givesCode(dora.browser, code);
    expect(dora.browser.status).to.equal(200);
    expect(await dora.browser.text()).not.to.contain('This code is not right');
  });
});
