import { expect } from 'chai';
import { QUESTIONS_ALONE } from '../../plugins/sspr/config.ts';
import { world } from '../support/world.ts';
import {
  answersQuestions,
  choosesPassword,
  hasQuestions,
  NEW_PASSWORD,
  opens,
  registrationNow,
  startsReset,
} from './registering.ts';

const alone = (methods: readonly string[]) => ({
  policies: [{ name: 'everybody', gates: 1, methods, questionsAlone: QUESTIONS_ALONE }],
});

describe('questions as the only gate, where the operator accepted what that means', () => {
  it('lead to a new password, chosen among other ways', async () => {
    await using w = await world({ sspr: alone(['email', 'questions']) });
    const alice = await w.person('alice');
    await hasQuestions(w, alice);
    await startsReset(w, alice.browser, 'alice');
    await alice.browser.submit({}, 'Answer questions');
    await answersQuestions(alice.browser, (answer) => `${answer}!?x`);
    expect(await alice.browser.text()).to.contain('Not every answer is right');
    await answersQuestions(alice.browser);
    await choosesPassword(alice.browser);
    expect(await opens(w, alice, NEW_PASSWORD)).to.equal(true);
  });

  it('are asked at once where there is no other way, and of names that nobody bears as well, always the same', async () => {
    await using w = await world({ sspr: alone(['questions']) });
    const alice = await w.person('alice');
    await hasQuestions(w, alice);
    const asked = async (name: string): Promise<string> => {
      const browser = w.browser();
      await startsReset(w, browser, name);
      expect(await browser.heading()).to.equal('Answer your questions');
      await answersQuestions(browser);
      return (await browser.text()).replace(/.*no difference\./, '');
    };
    expect(await asked('nobody')).to.equal(await asked('NOBODY'));
    expect(await asked('nobody')).to.match(/\?.*\?.*\?/);
    await startsReset(w, alice.browser, 'alice');
    await answersQuestions(alice.browser);
    expect(await alice.browser.heading()).to.equal('Choose a new password');
  });

  it('are drawn anew after too many wrong answers, which also begin a block', async () => {
    await using w = await world({ sspr: alone(['questions']) });
    const alice = await w.person('alice');
    await hasQuestions(w, alice);
    await startsReset(w, alice.browser, 'alice');
    for (let count = 0; count < 5; count += 1) await answersQuestions(alice.browser, (answer) => `${answer} wrong`);
    await w.settle();
    const registration = await registrationNow(w, alice);
    expect(registration.methods[0]?.data['round']).to.equal(1);
    expect((await alice.inbox()).last.subject).to.equal('Too many wrong codes for your account');
    await alice.browser.open(`${w.issuer}/reset/prove/questions`);
    expect(await alice.browser.text()).to.contain('we stopped taking answers');
  });
});
