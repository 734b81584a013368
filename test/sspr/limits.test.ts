import { expect } from 'chai';
import { DAY, HOUR, MINUTE } from '../../src/kernel/clock.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import { world } from '../support/world.ts';
import { WatchedBrowser } from '../attacks/watched-browser.ts';
import type { World } from '../support/world.ts';
import { choosesPassword, givesCode, hasAlternateMail, NEW_PASSWORD, opens, startsReset } from './registering.ts';

const WRONG = '00000000';

const guesses = async (browser: HttpBrowser, times: number): Promise<void> => {
  for (let count = 0; count < times; count += 1) await givesCode(browser, WRONG);
};

/** Strangers, each in a browser of its own, use up the failures of a person. */
const blocks = async (w: World, name: string): Promise<void> => {
  for (let count = 0; count < 5; count += 1) {
    const stranger = w.browser();
    await startsReset(w, stranger, name);
    await w.settle();
    await guesses(stranger, 1);
  }
};

describe('limits of a reset', () => {
  it('takes no more codes from a browser after five wrong ones, for a day, and says so', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await startsReset(w, alice.browser, 'alice');
    const { code } = await alice.alternateInbox();
    await guesses(alice.browser, 5);
    await alice.browser.open(`${w.issuer}/reset/prove/email`);
    expect(await alice.browser.text()).to.contain('we stopped taking codes for now');
    expect(await alice.browser.field('one-time-code')).to.equal(undefined);
    expect(code).to.match(/^\d{8}$/);
    await w.later(DAY);
    await startsReset(w, alice.browser, 'alice');
    expect(await alice.browser.field('one-time-code')).to.equal('');
  });

  it('judges no code of a stranger during a block, not even the right one, and looks the same', async () => {
    await using w = await world({ sspr: { limits: { flowsPerPerson: 20 } } });
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    const late = w.browser();
    await startsReset(w, late, 'alice');
    const { code } = await alice.alternateInbox();
    await blocks(w, 'alice');
    await givesCode(late, WRONG);
    const wrong = late.body;
    await givesCode(late, code);
    expect(late.body).to.equal(wrong);
    await late.open(`${w.issuer}/reset/password`);
    expect(await late.heading()).to.equal('Enter the code from the mail');
  });

  it('tells the owner of a block once, and sends links without codes from then on', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await blocks(w, 'alice');
    const told = (await alice.inbox()).mails.filter(
      ({ subject }) => subject === 'Too many wrong codes for your account',
    );
    expect(told).to.have.length(1);
    await startsReset(w, alice.browser, 'alice');
    const inbox = await alice.alternateInbox();
    expect(inbox.last.code).to.equal(undefined);
    await alice.browser.open(inbox.link);
    await alice.browser.submit({}, 'Go on with the reset');
    await choosesPassword(alice.browser);
    expect(await opens(w, alice, NEW_PASSWORD)).to.equal(true);
  });

  it('lets the owner use codes in a known browser while strangers are blocked', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await alice.signsIn();
    await blocks(w, 'alice');
    await startsReset(w, alice.browser, 'alice');
    await givesCode(alice.browser, (await alice.alternateInbox()).code);
    expect(await alice.browser.heading()).to.equal('Choose a new password');
  });

  it('sends ten mails a day to a person for strangers, and more for the person at a known browser', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await alice.signsIn();
    for (let count = 0; count < 12; count += 1) {
      await startsReset(w, w.browser(), 'alice');
      await w.later(11 * MINUTE);
    }
    expect((await alice.alternateInbox()).mails).to.have.length(10);
    await startsReset(w, alice.browser, 'alice');
    expect((await alice.alternateInbox()).mails).to.have.length(11);
  });

  it('never clears the number of mails by a success', async () => {
    await using w = await world({ sspr: { limits: { sendsPerDay: 2 } } });
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    for (const password of ['velvet canyon 51 lantern', 'marble otter 77 sailing']) {
      await startsReset(w, alice.browser, 'alice');
      await givesCode(alice.browser, (await alice.alternateInbox()).code);
      await choosesPassword(alice.browser, password);
    }
    const before = (await alice.alternateInbox()).mails.length;
    await startsReset(w, w.browser(), 'alice');
    expect((await alice.alternateInbox()).mails).to.have.length(before);
  });

  it('keeps the failures of a person over a success at a gate, and clears them by a finished reset', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    const failsTwiceThenProves = async (browser: HttpBrowser): Promise<void> => {
      await startsReset(w, browser, 'alice');
      const { code } = await alice.alternateInbox();
      await guesses(browser, 2);
      await givesCode(browser, code);
    };
    await failsTwiceThenProves(w.browser());
    const second = w.browser();
    await failsTwiceThenProves(second);
    const third = w.browser();
    await startsReset(w, third, 'alice');
    const { code } = await alice.alternateInbox();
    await guesses(third, 1);
    await givesCode(third, code);
    expect(await third.text()).to.contain('This code is not right');
    await choosesPassword(second);
    await startsReset(w, third, 'alice');
    await givesCode(third, (await alice.alternateInbox()).code);
    expect(await third.heading()).to.equal('Choose a new password');
  });

  it('keeps at most three resets of a person open, and a stranger never ends one of a known browser', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    await alice.signsIn();
    await startsReset(w, alice.browser, 'alice');
    const own = (await alice.alternateInbox()).code;
    const strangers = [];
    for (let count = 0; count < 4; count += 1) {
      const browser = w.browser();
      await w.later(1000);
      await startsReset(w, browser, 'alice');
      strangers.push({ browser, code: (await alice.alternateInbox()).code });
    }
    await givesCode(alice.browser, own);
    expect(await alice.browser.heading()).to.equal('Choose a new password');
    const [oldest, , , newest] = strangers;
    if (!oldest || !newest) throw new Error('there were four');
    await givesCode(oldest.browser, oldest.code);
    expect(await oldest.browser.text()).to.contain('This code is not right');
    await givesCode(newest.browser, newest.code);
    expect(await newest.browser.heading()).to.equal('Choose a new password');
  });

  it('ends every other reset of the person when one is finished', async () => {
    await using w = await world();
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    const other = w.browser();
    await startsReset(w, other, 'alice');
    const { code: theirs, link } = await alice.alternateInbox();
    await startsReset(w, alice.browser, 'alice');
    await givesCode(alice.browser, (await alice.alternateInbox()).code);
    await choosesPassword(alice.browser);
    await givesCode(other, theirs);
    expect(await other.text()).to.contain('This code is not right');
    await other.open(link);
    expect(await other.heading()).to.equal('This link no longer works');
  });

  it('stops someone who begins at many addresses of one network, IPv4 and IPv6, and nobody elsewhere', async () => {
    await using w = await world({
      config: { http: { trustedProxies: ['127.0.0.0/8', '::1'] } },
      sspr: { limits: { begunPerAddress: 2, begunPerNetwork: 3 } },
    });
    const begins = async (address: string): Promise<number> => {
      const browser = new WatchedBrowser(w.clock, { 'x-forwarded-for': address });
      await startsReset(w, browser, 'somebody');
      return browser.status;
    };
    const statuses = async (...addresses: readonly string[]): Promise<readonly number[]> => {
      const all: number[] = [];
      for (const address of addresses) all.push(await begins(address));
      return all;
    };
    expect(
      await statuses('198.51.100.1', '198.51.100.2', '198.51.100.3', '198.51.100.4', '198.51.101.4'),
    ).to.deep.equal([200, 200, 200, 429, 200]);
    expect(await statuses('2001:db8:1:1::1', '2001:db8:1:1::2', '2001:db8:1:1::3'), 'one line').to.deep.equal([
      200, 200, 429,
    ]);
    expect(await statuses('2001:db8:1:2::1', '2001:db8:1:3::1', '2001:db8:2:3::1'), 'one site').to.deep.equal([
      200, 429, 200,
    ]);
  });

  it('stops someone who begins one reset after another at the same address', async () => {
    await using w = await world({ sspr: { limits: { begunPerAddress: 3 } } });
    for (let count = 0; count < 3; count += 1) await startsReset(w, w.browser(), `person ${String(count)}`);
    const browser = w.browser();
    await startsReset(w, browser, 'person 4');
    expect(browser.status).to.equal(429);
    await w.later(HOUR);
    await startsReset(w, browser, 'person 4');
    expect(await browser.heading()).to.equal('Enter the code from the mail');
  });

  /** Alice, of whose reset the right code is not judged any more after so many guesses of strangers. */
  const guessedAt = async (w: World, guessed: number): Promise<{ alice: Person; next: HttpBrowser }> => {
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    const [late, next] = [w.browser(), w.browser()];
    await startsReset(w, late, 'alice');
    const { code } = await alice.alternateInbox();
    for (let count = 0; count < guessed; count += 1) {
      const stranger = w.browser();
      await startsReset(w, stranger, 'alice');
      await guesses(stranger, 1);
    }
    await givesCode(late, code);
    expect(await late.heading()).to.equal('Enter the code from the mail');
    return { alice, next };
  };

  it('judges as many answers by one method in an hour as was said, and more of them in the next', async () => {
    const limits = { failures: 20, failuresPerMethodAndHour: 3, flowsPerPerson: 20 };
    await using w = await world({ sspr: { limits } });
    const { alice, next } = await guessedAt(w, 3);
    await w.later(HOUR);
    await startsReset(w, next, 'alice');
    await givesCode(next, (await alice.alternateInbox()).code);
    expect(await next.heading()).to.equal('Choose a new password');
  });

  it('begins a block after as many failures, and for as long, as was said', async () => {
    const limits = { failures: 2, windowHours: 1, blockHours: 3, flowsPerPerson: 20 };
    await using w = await world({ sspr: { limits } });
    const { alice, next } = await guessedAt(w, 2);
    await w.later(2 * HOUR);
    await startsReset(w, w.browser(), 'alice');
    expect((await alice.alternateInbox()).last.text, 'the failures are forgotten, the block goes on').to.contain(
      'codes are switched off',
    );
    await w.later(HOUR);
    await startsReset(w, next, 'alice');
    await givesCode(next, (await alice.alternateInbox()).code);
    expect(await next.heading()).to.equal('Choose a new password');
  });

  it('sends as many messages in ten minutes as was said, and the next after that', async () => {
    await using w = await world({ sspr: { limits: { sendsPerTenMinutes: 2, sendsPerDay: 50, flowsPerPerson: 20 } } });
    const alice = await w.person('alice');
    await hasAlternateMail(w, alice);
    const mailsAfterAnother = async (): Promise<number> => {
      await startsReset(w, w.browser(), 'alice');
      return (await alice.alternateInbox()).mails.length;
    };
    expect(await mailsAfterAnother()).to.equal(1);
    expect(await mailsAfterAnother()).to.equal(2);
    expect(await mailsAfterAnother()).to.equal(2);
    await w.later(10 * MINUTE);
    expect(await mailsAfterAnother()).to.equal(3);
  });

  it('counts messages to an address that two people share together', async () => {
    await using w = await world({ sspr: { limits: { sendsPerDay: 3 } } });
    const shared = 'family@home.test';
    const [alice, anna] = [await w.person('alice'), await w.person('anna')];
    for (const person of [alice, anna]) {
      await hasAlternateMail(w, person, shared);
      for (let count = 0; count < 2; count += 1) await startsReset(w, w.browser(), person.userName);
    }
    expect((await w.mail.to(shared)).mails).to.have.length(3);
  });
});
