import { expect } from 'chai';
import { flows } from '../../plugins/sspr/collections.ts';
import { everything } from '../../src/store/query.ts';
import { answersQuestions, choosesPassword, hasQuestions, NEW_PASSWORD, opens } from '../sspr/registering.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';

const STOLEN = 'the password of a thief';
const WORD = /asks for this word: (\w+)/;

describe('Where a reset needs two gates', () => {
  const world = useWorld({
    sspr: { policies: [{ name: 'everybody', gates: 2, methods: ['email', 'questions'], enforcement: 'nag' }] },
  });

  const somebody = async (name: string): Promise<Person> => {
    const person = await world().person(name, { registered: true });
    await hasQuestions(world(), person);
    return person;
  };

  /** The methods proved in each of a person's resets, oldest first. */
  const proofsOf = async ({ id }: Person): Promise<readonly (readonly string[])[]> => {
    const { docs } = await world().app.foundation.store.find(flows, everything, { limit: 1000 });
    return docs
      .filter(({ accountId }) => accountId === id)
      .toSorted((a, b) => a.begunAt - b.begunAt)
      .map(({ proofs }) => proofs.map(({ method }) => method));
  };

  /** Posts a step that the page at hand does not offer, with its own token. */
  const forces = async (browser: HttpBrowser, path: string, fields: Readonly<Record<string, string>>) => {
    const csrf = (await browser.field('csrf')) ?? '';
    expect(csrf).not.to.equal('');
    return sendForm(browser, `${world().issuer}${path}`, new URLSearchParams({ csrf, ...fields }).toString());
  };

  const untouched = async (person: Person): Promise<void> => {
    expect(await opens(world(), person, STOLEN)).to.equal(false);
    expect(await opens(world(), person, person.password)).to.equal(true);
  };

  /** In a browser of hers: the questions are proved, and the mail is asked for. */
  const asksForMail = async (alice: Person): Promise<void> => {
    await alice.signsIn();
    await alice.opensReset();
    await alice.browser.open('/reset/prove/questions');
    await answersQuestions(alice.browser);
    await alice.browser.submit({}, 'Send the code');
    world().clock.advance(1);
  };

  describe('somebody who reads the mailbox of Alice and opens her link first', () => {
    let alice: Person;
    let thief: HttpBrowser;
    let word: string;

    beforeEach(async () => {
      alice = await somebody('alice');
      await asksForMail(alice);
      const { link } = await alice.alternateInbox();
      await alice.browser.reload();
      word = WORD.exec(await alice.browser.text())?.[1] ?? '';
      thief = world().browser();
      await thief.open(link);
      await thief.submit();
    });

    it('has none of what she proved in her browser, and is shown no word to bring it along', async () => {
      expect(await thief.heading()).to.equal('Answer your questions');
      expect(await proofsOf(alice)).to.deep.equal([['questions'], ['email']]);
      for (const path of ['/reset/password', '/reset/prove', '/reset/prove/email', '/reset/word', '/reset/done']) {
        await thief.open(`${world().issuer}${path}`);
        expect(await thief.heading(), path).to.be.oneOf(['Answer your questions', 'Bring along what you proved']);
        expect(word).to.match(/^[a-z]{6}$/);
        expect(thief.body, path).not.to.include(word);
      }
      expect((await forces(thief, '/reset/password', { password: STOLEN })).status).to.equal(409);
      await untouched(alice);
    });

    it('proves the mailbox a second time in vain, by the code and by the link', async () => {
      const { code, link } = await alice.alternateInbox();
      expect((await forces(thief, '/reset/prove/email', { code })).status).to.equal(409);
      expect((await forces(thief, '/reset/prove', { method: 'email' })).status).to.equal(409);
      await thief.open(link);
      expect(thief.status).to.equal(410);
      expect(await proofsOf(alice)).to.deep.equal([['questions'], ['email']]);
    });

    it('does not keep her from going on with another mail', async () => {
      await alice.browser.submit({}, 'Send another mail');
      await alice.typesCode();
      await choosesPassword(alice.browser);
      expect(await opens(world(), alice, NEW_PASSWORD)).to.equal(true);
      // Hers ends what the thief had of it.
      await thief.open('/reset/prove');
      expect((await thief.url()).pathname).to.equal('/reset');
    });
  });

  describe('an attacker who mails the link of his own reset to Alice', () => {
    let alice: Person;
    let mallory: Person;

    beforeEach(async () => {
      alice = await somebody('alice');
      mallory = await somebody('mallory');
      await mallory.opensReset();
      world().clock.advance(1);
    });

    it('has his own account named to her, before she presses the button and where she would type a password', async () => {
      const { link } = await mallory.alternateInbox();
      await alice.browser.open(link);
      expect(await alice.browser.text()).to.contain(`resets the password of ${mallory.userName}`);
      expect(await alice.browser.text()).not.to.contain(alice.userName);
      await alice.browser.submit();
      await answersQuestions(alice.browser);
      expect(await alice.browser.field('username')).to.equal(mallory.userName);
      await alice.browser.submit({ 'new-password': STOLEN });
      await untouched(alice);
      expect(await opens(world(), mallory, STOLEN)).to.equal(true);
    });

    it('takes nothing of a reset of hers that is under way in that browser', async () => {
      const { link } = await mallory.alternateInbox();
      await alice.opensReset();
      await alice.typesCode();
      const before = alice.browser.cookies.value('reset');
      await alice.browser.open(link);
      expect(alice.browser.cookies.value('reset'), 'opening it does nothing').to.equal(before);
      await alice.browser.submit();
      expect(await proofsOf(alice)).to.deep.equal([['email']]);
      expect(await proofsOf(mallory)).to.deep.equal([[], ['email']]);
      // In his browser nothing was opened, whatever she proved in hers.
      await mallory.browser.open('/reset/password');
      expect(await mallory.browser.heading()).to.equal('Enter the code from the mail');
      await untouched(alice);
    });
  });

  describe('an attacker whose request Alice takes for her own, pressing its button', () => {
    it('gains nothing in his browser, at any step of hers', async () => {
      const alice = await somebody('alice');
      const attacker = alice.with(world().browser());
      await attacker.opensReset();
      world().clock.advance(1);
      const { code, link } = await alice.alternateInbox();
      const stands = async (step: string): Promise<void> => {
        await attacker.browser.open('/reset/password');
        expect(await attacker.browser.heading(), step).to.equal('Enter the code from the mail');
        expect(await attacker.browser.text(), step).not.to.match(WORD);
        expect((await forces(attacker.browser, '/reset/password', { password: STOLEN })).status, step).to.equal(409);
        expect((await forces(attacker.browser, '/reset/word', { word: 'badada' })).status, step).to.equal(409);
        expect((await forces(attacker.browser, '/reset/link', {})).status, step).to.equal(410);
      };
      await stands('mail sent');
      await alice.browser.open(link);
      await stands('link opened');
      await alice.browser.submit();
      await stands('button pressed');
      expect(await proofsOf(alice)).to.deep.equal([[], ['email']]);
      await answersQuestions(alice.browser);
      await stands('both gates proved');
      await attacker.browser.submit({ 'one-time-code': code });
      await stands('code of that mail typed');
      await choosesPassword(alice.browser);
      await stands('password chosen');
      expect(await opens(world(), alice, NEW_PASSWORD)).to.equal(true);
      expect(await opens(world(), alice, STOLEN)).to.equal(false);
    });
  });
});
