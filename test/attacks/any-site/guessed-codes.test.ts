import { expect } from 'chai';
import { onAnySite } from '../../support/site.ts';
import { sendForm } from '../../support/send-form.ts';

const GUESSES = 200;

const codeOf = (at: number): string => String(10_000_000 + 7 * at);

onAnySite(
  { failure: 'A one-time code guessed', seen: 'Zitadel CVE-2025-64102, ADSelfService CVE-2022-36413' },
  (site) => {
    it(`is not found by ${String(GUESSES)} guesses at once, and the right one after them opens nothing`, async () => {
      const dora = await site().somebody();
      await dora.opensReset();
      const { code } = await dora.alternateInbox();
      const { url, fields } = dora.browser.prepared({ 'one-time-code': '' });
      const guess = (each: string) => sendForm(dora.browser, url, new URLSearchParams({ ...fields, code: each }));
      const replies = await Promise.all(
        Array.from({ length: GUESSES }, (_, at) => codeOf(at))
          .filter((each) => each !== code)
          .map(guess),
      );
      expect(replies.filter(({ status }) => status === 303)).to.deep.equal([]);
      expect((await guess(code)).status).to.equal(200);
      await dora.browser.open('/reset/password');
      expect((await dora.browser.url()).pathname).not.to.equal('/reset/password');
    });

    it('is not given another five tries by another mail', async () => {
      const dora = await site().somebody();
      await dora.opensReset();
      await dora.alternateInbox();
      for (let at = 0; at < 5; at += 1) await dora.browser.submit({ 'one-time-code': codeOf(at) });
      if (await dora.browser.offers('Send another mail')) await dora.browser.submit({}, 'Send another mail');
      const { mails } = await dora.alternateInbox();
      const codes = mails.flatMap(({ code }) => code ?? []);
      for (const code of codes.slice(-1)) {
        if ((await dora.browser.field('one-time-code')) !== undefined)
          await dora.browser.submit({ 'one-time-code': code });
      }
      await dora.browser.open('/reset/password');
      expect((await dora.browser.url()).pathname).not.to.equal('/reset/password');
    });
  },
);
