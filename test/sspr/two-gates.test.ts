import { expect } from 'chai';
import type { Person } from '../support/person.ts';
import { world } from '../support/world.ts';
import type { World } from '../support/world.ts';
import {
  answersQuestions,
  givesCode,
  hasAlternateMail,
  hasQuestions,
  NEW_PASSWORD,
  opens,
  startsReset,
} from './registering.ts';

const TWO_GATES = { policies: [{ name: 'everybody', gates: 2, methods: ['email', 'questions'] }] };

const aliceWithBoth = async (w: World): Promise<Person> => {
  const alice = await w.person('alice');
  await hasAlternateMail(w, alice);
  await hasQuestions(w, alice);
  return alice;
};

/** Signed in once, so that the browser is known; begins with the questions there. */
const provesQuestionsInKnownBrowser = async (w: World, alice: Person): Promise<void> => {
  await alice.signsIn();
  await startsReset(w, alice.browser, 'alice');
  await alice.browser.submit({}, 'Answer questions');
  await answersQuestions(alice.browser);
};

describe('a reset by two gates', () => {
  it('asks the same questions until they are answered', async () => {
    await using w = await world({ sspr: TWO_GATES });
    const alice = await aliceWithBoth(w);
    const asked = async (): Promise<string> => {
      const browser = w.browser();
      await startsReset(w, browser, 'alice');
      await givesCode(browser, (await alice.alternateInbox()).code);
      return (await browser.text()).replace(/.*no difference\./, '');
    };
    const first = await asked();
    expect(await asked()).to.equal(first);
  });

  it('lets nobody at the password who proved one gate', async () => {
    await using w = await world({ sspr: TWO_GATES });
    const alice = await aliceWithBoth(w);
    await startsReset(w, alice.browser, 'alice');
    await givesCode(alice.browser, (await alice.alternateInbox()).code);
    const before = alice.browser.forms;
    const csrf = before[0]?.fields.find(({ name }) => name === 'csrf')?.value ?? '';
    await alice.browser.open(`${w.issuer}/reset/password`);
    expect(await alice.browser.heading()).to.equal('Answer your questions');
    const reply = await alice.browser.send(`${w.issuer}/reset/password`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'null', 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ csrf, password: NEW_PASSWORD }).toString(),
    });
    expect(reply.status).to.equal(409);
    expect(await opens(w, alice, alice.password)).to.equal(true);
  });
});

describe('a mailed link in another browser', () => {
  it('proves the mailbox there and nothing else', async () => {
    await using w = await world({ sspr: TWO_GATES });
    const alice = await aliceWithBoth(w);
    await provesQuestionsInKnownBrowser(w, alice);
    await alice.browser.submit({}, 'Send the code');
    const phone = w.browser();
    await phone.open((await alice.alternateInbox()).link);
    expect(await phone.text()).to.contain('another browser');
    await phone.submit({}, 'Go on with the reset');
    expect(await phone.heading()).to.equal('Answer your questions');
    await alice.browser.open(`${w.issuer}/reset/password`);
    expect(await alice.browser.heading()).to.equal('Enter the code from the mail');
  });

  it('leaves the word dead after three wrong tries', async () => {
    await using w = await world({ sspr: TWO_GATES });
    const alice = await aliceWithBoth(w);
    await provesQuestionsInKnownBrowser(w, alice);
    await alice.browser.submit({}, 'Send the code');
    const word = /asks for this word: (\w+)/.exec(await alice.browser.text())?.[1] ?? '';
    const thief = w.browser();
    await thief.open((await alice.alternateInbox()).link);
    await thief.submit({}, 'Go on with the reset');
    for (const guess of ['badada', 'lolopo', 'mimisi']) {
      await thief.open(`${w.issuer}/reset/word`);
      await thief.submit({ word: guess }, 'Bring it along');
    }
    await thief.open(`${w.issuer}/reset/word`);
    expect(await thief.heading()).to.equal('Answer your questions');
    expect(await thief.text()).not.to.contain(word);
  });
});
