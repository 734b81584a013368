import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createCatalogue } from '../../plugins/sspr/questions/catalogue.ts';
import { loadMessages } from '../../src/http/messages.ts';
import { packageRoot } from '../../src/kernel/package-root.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { parseHtml, textOf } from '../support/html.ts';
import { useWorld } from '../support/world.ts';

/** How each is written that an operator offers who says nothing of languages. */
const LANGUAGES = { en: 'ltr', de: 'ltr', fr: 'ltr', es: 'ltr', pl: 'ltr', ja: 'ltr', ar: 'rtl' } as const;

const messages = loadMessages(
  [
    { folder: join(packageRoot, 'config/locales') },
    { folder: join(packageRoot, 'plugins/sspr/messages'), prefix: 'sspr' },
  ],
  Object.keys(LANGUAGES),
);

/** A key without a sentence shows itself; so would a value that a sentence was not given. */
const MISSING = /\b(sspr|signIn|layout|mail|time|errors)\.\w+|undefined|\{\w+\}/;

/** Octets of the page that is shown and of all that it loads. */
const weightOf = async (browser: HttpBrowser): Promise<number> => {
  const addresses = [...browser.body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');
  const assets = await Promise.all(addresses.map((address) => browser.send(address)));
  return [browser.body, ...assets.map(({ body }) => body)].reduce((sum, body) => sum + Buffer.byteLength(body), 0);
};

const wordsOf = (html: string): string => textOf(parseHtml(html));

describe('Somebody who reads one of seven languages', () => {
  const world = useWorld();

  for (const [language, direction] of Object.entries(LANGUAGES)) {
    it(`finds the sign-in, the reset and its mail in ${language}, ${direction}, light and whole`, async () => {
      const rita = (await world().person('rita', { registered: true })).with(world().browser(language));
      const { browser } = rita;
      const { t } = messages.in(language);

      const reads = async (heading: string): Promise<void> => {
        expect(await browser.heading()).to.equal(heading);
        expect(browser.body).to.include(`<html lang="${language}" dir="${direction}">`);
        expect(wordsOf(browser.body)).not.to.match(MISSING);
        expect(await weightOf(browser)).to.be.below(50_000);
      };

      await rita.startsSignIn();
      await reads(t('signIn.title'));
      await rita.opensReset();
      await reads(t('sspr.email.title'));
      const { subject, text, html } = (await rita.alternateInbox()).last;
      expect(subject).to.equal(t('sspr.mail.code.subject', { purpose: 'reset' }));
      expect(html).to.include(`<html lang="${language}" dir="${direction}">`);
      expect(`${text} ${wordsOf(html)}`).not.to.match(MISSING);
    });
  }

  it('is told apart from all others: no page has the same title in two of them', () => {
    for (const key of ['signIn.title', 'sspr.email.title']) {
      const titles = Object.keys(LANGUAGES).map((language) => messages.in(language).t(key));
      expect(new Set(titles).size).to.equal(titles.length);
    }
  });

  it('is asked every security question in that language', () => {
    const catalogue = createCatalogue([]);
    const ours = JSON.parse(readFileSync(join(packageRoot, 'config/questions.json'), 'utf8')) as object;
    expect(catalogue.ids).to.deep.equal(Object.keys(ours));
    for (const id of catalogue.ids) {
      const texts = Object.keys(LANGUAGES).map((language) => catalogue.text(id, language));
      expect(new Set(texts).size, id).to.equal(texts.length);
    }
  });
});
