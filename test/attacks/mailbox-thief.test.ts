import { expect } from 'chai';
import { answersQuestions, givesCode, hasQuestions, opens } from '../sspr/registering.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const STOLEN = 'the password of a thief';

const wordOn = async (browser: HttpBrowser): Promise<string> =>
  /asks for this word: (\w+)/.exec(await browser.text())?.[1] ?? '';

describe('Somebody who reads the mail of another', () => {
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

  it('opens the link first, and does not inherit the gate that the owner opened in her own browser', async () => {
    const word = await waitsForMail();
    expect(word).to.match(/^\w{6}$/);
    const thief = dora.with(world().browser());
    await thief.usesLink();
    expect(await thief.browser.heading()).to.equal('Answer your questions');
    expect(thief.browser.body).not.to.include(word);
    await neverAtPassword(thief.browser);

    // The owner loses nothing but that mail.
    await asksForMail();
    await givesCode(dora.browser, (await dora.alternateInbox()).code);
    await dora.choosesPassword('violet teapots at noon');
    expect(await opens(world(), dora, 'violet teapots at noon')).to.equal(true);
    await neverAtPassword(thief.browser);
  });

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

  it('gains nothing in a browser whose request the victim answers, whatever the victim does there', async () => {
    const attacker = dora.with(world().browser());
    await attacker.opensReset();
    const { code, link } = await dora.alternateInbox();
    await dora.browser.open(link);
    expect(await dora.browser.text())
      .to.contain(`resets the password of ${dora.userName}`)
      .and.to.contain('That was another browser than this one.');
    await dora.browser.submit();
    await neverAtPassword(attacker.browser);
    await answersQuestions(dora.browser);
    await neverAtPassword(attacker.browser);
    await attacker.browser.open('/reset/prove/email');
    const csrf = (await attacker.browser.field('csrf')) ?? '';
    await attacker.browser.post('/reset/prove/email', { csrf, code });
    await attacker.browser.post('/reset/word', { csrf, word: 'badada' });
    await neverAtPassword(attacker.browser);
    await dora.browser.open('/reset/password');
    await dora.choosesPassword('violet teapots at noon');
    await attacker.browser.post('/reset/password', { csrf, password: STOLEN });
    expect(await opens(world(), dora, 'violet teapots at noon')).to.equal(true);
  });
});

describe('Somebody who mails a victim a link of a reset of their own', () => {
  const world = useWorld();

  it('shows the victim whose account it is, and moves neither the victim’s account nor their reset', async () => {
    const mallory = await world().person('mallory', { registered: true });
    const alice = await world().person('alice', { registered: true });
    await mallory.opensReset();
    const { link } = await mallory.alternateInbox();
    await alice.signsIn();
    await alice.opensReset();
    await alice.browser.open(link);
    expect(await alice.browser.text()).to.contain(`This link resets the password of ${mallory.userName}.`);
    // She leaves the page, and goes on with her own.
    await alice.browser.open('/reset/prove/email');
    if (await alice.browser.offers('Send the code')) await alice.browser.submit({}, 'Send the code');
    await alice.typesCode();
    expect(await alice.browser.text()).not.to.contain(mallory.userName);
    await alice.choosesPassword('violet teapots at noon');
    expect(await opens(world(), alice, 'violet teapots at noon')).to.equal(true);
    expect(await opens(world(), mallory, 'violet teapots at noon')).to.equal(false);
  });
});
