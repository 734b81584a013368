import { expect } from 'chai';
import { auditEvents } from '../../src/audit/record.ts';
import { HOUR } from '../../src/kernel/clock.ts';
import { and, eq } from '../../src/store/query.ts';
import { answersQuestions, givesCode, hasQuestions } from '../sspr/registering.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';

const SECOND_GATE = 'Answer your questions';

describe('Mallory, who reads the mail of somebody and guesses at the answers', function () {
  this.timeout(120_000);
  const world = useWorld({
    // Mail is no obstacle to her here, so that only what counts failures is.
    sspr: {
      policies: [{ name: 'everybody', gates: 2, methods: ['email', 'questions'] }],
      limits: { sendsPerTenMinutes: 100, sendsPerDay: 1000 },
    },
  });
  let dora: Person;

  beforeEach(async () => {
    dora = await world().person('dora', { registered: true });
    await hasQuestions(world(), dora);
  });

  const begins = async (): Promise<HttpBrowser> => {
    const browser = world().browser();
    await dora.with(browser).opensReset();
    return browser;
  };

  const provesByCode = async (): Promise<HttpBrowser> => {
    const browser = await begins();
    await givesCode(browser, (await dora.alternateInbox()).code);
    return browser;
  };

  const provesByLink = async (): Promise<HttpBrowser> => {
    const browser = await begins();
    await dora.with(browser).usesLink();
    return browser;
  };

  const provesByLinkElsewhere = async (): Promise<HttpBrowser> => {
    await begins();
    const elsewhere = world().browser();
    await dora.with(elsewhere).usesLink();
    return elsewhere;
  };

  /** One guess, where answers are taken at all. */
  const guesses = async (browser: HttpBrowser, change = (answer: string) => `not ${answer}`): Promise<boolean> => {
    if (await browser.offers('Check the answers')) {
      await answersQuestions(browser, change);
      return true;
    }
    return false;
  };

  const judged = async (): Promise<number> => {
    const query = and(eq('type', 'reset.failed'), eq('subject', dora.id));
    const { docs } = await world().app.foundation.store.find(auditEvents, query, { limit: 1000 });
    return docs.filter(({ method, reason }) => method === 'questions' && reason === 'wrong').length;
  };

  const isKeptOut = async (browser: HttpBrowser): Promise<void> => {
    await guesses(browser, (answer) => answer);
    await browser.open(`${world().issuer}/reset/password`);
    expect((await browser.url()).pathname).not.to.equal('/reset/password');
  };

  const WAYS = { 'a code': provesByCode, 'a link': provesByLink, 'a link in another browser': provesByLinkElsewhere };

  for (const [way, proves] of Object.entries(WAYS)) {
    it(`clears nothing that was counted there by proving her mailbox again and again with ${way}`, async () => {
      let tried = 0;
      for (let count = 0; count < 4; count += 1) {
        const browser = await proves();
        expect(await browser.heading()).to.equal(SECOND_GATE);
        if (await guesses(browser)) tried += 1;
      }
      expect([tried, await judged()]).to.deep.equal([4, 4]);
      for (let count = 0; count < 6; count += 1) await proves();
      const [last, late] = [await proves(), await proves()];
      await guesses(last);
      await guesses(late);
      expect(await judged()).to.equal(5);
      // A block that she sees now: not even right answers are looked at, and mail proves the mailbox by links alone.
      await isKeptOut(last);
      await isKeptOut(late);
      expect(await judged()).to.equal(5);
    });
  }

  it('has five guesses in a day, also when she comes back every hour and proves her mailbox first', async () => {
    for (let hour = 0; hour < 20; hour += 1) {
      // A proof by code is what takes something back; during a block there are links alone.
      const browser = await (hour < 5 ? provesByCode() : provesByLink());
      await guesses(browser);
      await world().later(HOUR);
    }
    expect(await judged()).to.equal(5);
    await isKeptOut(await provesByLink());
  });

  it('wins nothing by codes that she gets wrong on purpose before the right one', async () => {
    for (const wrong of [1, 1, 0]) {
      const browser = await begins();
      if (wrong > 0) await givesCode(browser, '00000000');
      await givesCode(browser, (await dora.alternateInbox()).code);
      await guesses(browser);
    }
    // Five were hers in all, and two went into the codes.
    expect(await judged()).to.equal(3);
    const last = await provesByLink();
    await guesses(last);
    expect(await judged()).to.equal(3);
    await isKeptOut(last);
  });
});
