import { expect } from 'chai';
import { answersQuestions, hasQuestions, opens } from '../sspr/registering.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const STOLEN = 'the password of a thief';

const wordOn = async (browser: HttpBrowser): Promise<string> =>
  /asks for this word: (\w+)/.exec(await browser.text())?.[1] ?? '';

describe('Somebody who reads the mail of another and guesses at the short word', () => {
  const world = useWorld({
    sspr: { policies: [{ name: 'everybody', gates: 2, methods: ['email', 'questions'] }] },
  });
  let dora: Person;

  beforeEach(async () => {
    dora = await world().person('dora', { registered: true });
    await hasQuestions(world(), dora);
  });

  const neverAtPassword = async (browser: HttpBrowser): Promise<void> => {
    for (const path of ['/reset/password', '/reset/prove', '/reset/done']) {
      await browser.open(`${world().issuer}${path}`);
      expect((await browser.url()).pathname, path).not.to.match(/password|done/);
    }
    expect(await opens(world(), dora, STOLEN)).to.equal(false);
  };

  const asksForMail = async (): Promise<void> => {
    await dora.browser.open('/reset/prove/email');
    const first = await dora.browser.offers('Send the code');
    await dora.browser.submit({}, first ? 'Send the code' : 'Send another mail');
    await world().settle();
  };

  /** Dora, at her desk, has answered her questions and waits for the mail. */
  const waitsForMail = async (): Promise<string> => {
    await dora.signsIn();
    await dora.opensReset();
    await dora.browser.open('/reset/prove/questions');
    await answersQuestions(dora.browser);
    await asksForMail();
    return wordOn(dora.browser);
  };

  it('has three tries at the short word over all links of a reset, and not three for each', async () => {
    await waitsForMail();
    for (let link = 0; link < 4; link += 1) {
      const thief = dora.with(world().browser());
      await thief.usesLink();
      await thief.browser.open('/reset/word');
      if ((await thief.browser.field('word')) !== undefined) {
        await thief.browser.submit({ word: `bad${String(link)}` });
      }
      await asksForMail();
    }
    const word = await wordOn(dora.browser);
    expect(word).not.to.equal('');
    const thief = dora.with(world().browser());
    await thief.usesLink();
    await thief.browser.open('/reset/word');
    expect(await thief.browser.field('word')).to.equal(undefined);
    const csrf = (await thief.browser.field('csrf')) ?? '';
    await thief.browser.post('/reset/word', { csrf, word });
    await neverAtPassword(thief.browser);
  });

  it('cannot use the word of another reset of the same person', async () => {
    const own = await waitsForMail();
    const thief = dora.with(world().browser());
    await thief.opensReset();
    await world().settle();
    const phone = dora.with(world().browser());
    await phone.usesLink();
    await phone.browser.open('/reset/word');
    if ((await phone.browser.field('word')) !== undefined) await phone.browser.submit({ word: own });
    await neverAtPassword(phone.browser);
  });
});
