import { expect } from 'chai';
import type { Person } from '../support/person.ts';
import type { Reply } from '../support/wire.ts';
import { useWorld } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';
import { LIBRARY_POSTS, partsOfAll, postedForms, routeOf, TOKENS } from './posted-forms.ts';
import { EVERY_PAGE } from './stations/station.ts';
import { STATIONS } from './stations/stations.ts';
import type { PostedForm } from './posted-forms.ts';
import type { Station } from './stations/station.ts';

const pair = (name: string, value: string): string => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;

/** The form with one field replaced by what `instead` makes of it. */
const changed = ({ fields }: PostedForm, name: string, instead: (value: string) => string | undefined): string =>
  Object.entries(fields)
    .flatMap(([each, value]) => (each === name ? (instead(value) ?? []) : pair(each, value)))
    .join('&');

/** What no page of ours sends: it is refused before anybody looks at it. */
const malformed = (form: PostedForm, name: string): Readonly<Record<string, string>> => {
  const instead = (value: string) => changed(form, name, () => value);
  return {
    doubled: changed(form, name, (value) => `${pair(name, value)}&${pair(name, 'another')}`),
    'an array': changed(form, name, (value) => `${name}[]=${value}&${name}[]=another`),
    'an object': changed(form, name, (value) => `${name}[first]=${value}`),
    'with NUL': instead(`${name}=a%00b`),
    'a lone surrogate': instead(`${name}=a%ED%A0%80b`),
    'no UTF-8': instead(`${name}=%FF%FE`),
    'beside one that nobody asked for': changed(form, name, (value) => `${pair(name, value)}&accountId=1`),
    '1 MB long': instead(`${name}=${'a'.repeat(1024 * 1024)}`),
  };
};

/** What a person might type or paste, or leave out: taken for text, or refused. */
const odd = (form: PostedForm, name: string): Readonly<Record<string, string>> => {
  const instead = (value: string) => changed(form, name, () => pair(name, value));
  return {
    missing: changed(form, name, () => undefined),
    empty: instead(''),
    blank: instead(' \t\u00A0'),
    'with line ends': instead('a\r\nBcc: thief@evil.test\r\n\r\nb'),
    'from right to left': instead('\u202Eadmin\u2066\u200F'),
    'a template': instead('<%= 1234567*7 %>{{1234567*7}}${1234567*7}<%~ it %>'),
    'with quotes and marks': instead(`'"><b onload=x>\\`),
    '40 kB long': instead('ä'.repeat(20_000)),
    'an inherited property': instead('__proto__'),
  };
};

/** What would be there if a template or a mark had been taken for more than text. */
const TAKEN_FOR_MORE = /<b onload|8641969/;

/** What a script of a page that sends its form is told. */
const isForScript = ({ headers, status }: Reply): boolean =>
  status === 200 && String(headers['content-type']).startsWith('application/json');

const pathsOf = (forms: readonly PostedForm[]): readonly string[] => forms.map(({ url }) => url.pathname);

const isPage = ({ headers, body }: Reply): boolean =>
  String(headers['content-type']).startsWith('text/html') && /<h1[ >]/.test(body);

describe('Every field of every form that holds what no person types', function () {
  this.timeout(60_000);
  const world = useWorld(EVERY_PAGE);
  const seen = new Set<string>();

  const formsAt = async (station: Station) => {
    const person = await station.arrive(world());
    const forms = await postedForms(person);
    expect(forms, `${station.page}: ${await person.browser.text()}`).not.to.deep.equal([]);
    return { person, forms };
  };

  /** The page once more, where it is as it was for this person; undefined where they were led on for good. */
  const stillAt = async ({ person, forms }: Awaited<ReturnType<typeof formsAt>>) => {
    await person.browser.reload();
    const now = await postedForms(person);
    return String(pathsOf(now)) === String(pathsOf(forms)) ? { person, forms: now } : undefined;
  };

  const isRefused = async ({ browser }: Person, form: PostedForm, name: string): Promise<void> => {
    for (const [what, body] of Object.entries(malformed(form, name))) {
      const reply = await sendForm(browser, form.url, body);
      const which = `${form.url.pathname} ${name} ${what}`;
      // The library leaves unknown fields alone, and looks at its buttons only for whether they were pressed.
      if (LIBRARY_POSTS.includes(form.url.pathname)) expect(reply.status, which).to.be.within(200, 499);
      else expect(reply.status, which).to.be.oneOf(what === '1 MB long' ? [413] : [400, TOKENS.has(name) ? 403 : 400]);
      if (reply.status !== 303) expect(isPage(reply), which).to.equal(true);
    }
  };

  /** Posts every odd value; where one leads on for good, the next is posted by somebody else at the same page. */
  const isTaken = async (station: Station, at: number, name: string): Promise<void> => {
    let there = await formsAt(station);
    for (const what of Object.keys(odd({ url: new URL(world().issuer), fields: {}, names: [] }, name))) {
      const form = there.forms[at];
      if (!form) throw new Error(`${station.page} has changed`);
      const which = `${form.url.pathname} ${name} ${what}`;
      const reply = await sendForm(there.person.browser, form.url, odd(form, name)[what] ?? '');
      expect(reply.status, which).to.be.within(200, 499);
      expect(reply.body, which).not.to.match(TAKEN_FOR_MORE);
      if (reply.status === 303) there = (await stillAt(there)) ?? (await formsAt(station));
      else expect(isPage(reply) || isForScript(reply), which).to.equal(true);
    }
  };

  for (const station of STATIONS) {
    it(`is refused by a page, or taken for text: ${station.page}`, async () => {
      const { person, forms } = await formsAt(station);
      for (const form of forms) {
        seen.add(routeOf(world(), 'POST', form.url.pathname) ?? form.url.pathname);
        for (const name of Object.keys(form.fields)) await isRefused(person, form, name);
        const parts = await sendForm(person.browser, form.url, `a=b${'&'.repeat(10_000)}`);
        expect(parts.status, form.url.pathname).to.be.within(400, 499);
      }
      if (!pathsOf(forms).some((path) => LIBRARY_POSTS.includes(path))) {
        await person.browser.reload();
        expect(pathsOf(await postedForms(person)), 'the page as it was').to.deep.equal(pathsOf(forms));
      }
      for (const [at, { names }] of forms.entries()) {
        for (const name of names) await isTaken(station, at, name);
      }
    });
  }

  it('was tried in every form that is served', () => {
    const served = world()
      .app.routes.filter(({ method }) => method === 'POST')
      .map(({ path }) => path);
    expect(partsOfAll(seen)).to.deep.equal(partsOfAll([...served, ...LIBRARY_POSTS]));
  });

  it('left no error behind', () => {
    expect(world().lines.filter(({ level }) => level === 'error')).to.deep.equal([]);
  });
});
