import { expect } from 'chai';
import { useWorld } from '../support/world.ts';
import { sendForm } from '../support/send-form.ts';
import { LIBRARY_POSTS, partsOfAll, postedForms, routeOf, TOKENS } from './posted-forms.ts';
import { EVERY_PAGE } from './stations/station.ts';
import { STATIONS } from './stations/stations.ts';
import type { PostedForm } from './posted-forms.ts';

const FOREIGN: readonly Readonly<Record<string, string>>[] = [
  { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' },
  { 'sec-fetch-site': 'cross-site', origin: 'null' },
  { 'sec-fetch-site': 'same-site', origin: 'http://evil.localhost' },
];

const body = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();

const tokenOf = ({ fields }: PostedForm): string | undefined => Object.keys(fields).find((name) => TOKENS.has(name));

const withoutToken = ({ fields }: PostedForm): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !TOKENS.has(name)));

describe('A form that another site posts', function () {
  this.timeout(120_000);
  const world = useWorld(EVERY_PAGE);
  const seen = new Set<string>();
  const nobody = () => world().browser();

  for (const station of STATIONS) {
    it(`is refused, with and without cookies, and changes nothing: ${station.page}`, async () => {
      const person = await station.arrive(world());
      const stranger = world().browser();
      await stranger.open(`${world().issuer}/reset`);
      const strangers = (await stranger.field('csrf')) ?? '';
      for (const form of await postedForms(person)) {
        const { pathname } = form.url;
        seen.add(routeOf(world(), 'POST', pathname) ?? pathname);
        const token = tokenOf(form);
        expect(token, `${pathname} has a token`).not.to.equal(undefined);
        const bare = withoutToken(form);
        const refusals = [
          await sendForm(person.browser, form.url, body(bare), FOREIGN[0]),
          await sendForm(person.browser, form.url, body(bare)),
          await sendForm(person.browser, form.url, body({ ...bare, [token ?? '']: strangers }), FOREIGN[1]),
          await sendForm(person.browser, form.url, body({ ...bare, [token ?? '']: strangers })),
          await sendForm(nobody(), form.url, body(form.fields)),
        ];
        if (!LIBRARY_POSTS.includes(pathname)) {
          for (const headers of FOREIGN)
            refusals.push(await sendForm(person.browser, form.url, body(form.fields), headers));
        }
        for (const [at, { status }] of refusals.entries()) {
          // Where there is no session at all, the library's form begins anew.
          if (LIBRARY_POSTS.includes(pathname)) expect(status, `${pathname} ${at}`).to.be.within(303, 499);
          else expect(status, `${pathname} ${at}`).to.equal(403);
        }
      }
      if (!station.page.includes('device') && station.page !== 'sign-out') {
        await person.browser.reload();
        expect(await postedForms(person), 'the page is as it was').not.to.deep.equal([]);
      }
    });
  }

  it('was tried for every form that is served', () => {
    const served = world()
      .app.routes.filter(({ method }) => method === 'POST')
      .map(({ path }) => path);
    expect(partsOfAll(seen)).to.deep.equal(partsOfAll([...served, ...LIBRARY_POSTS]));
  });

  it('reaches nothing by GET either: no address that takes a form does anything when it is opened', async () => {
    const gets = new Set(
      world()
        .app.routes.filter(({ method }) => method === 'GET')
        .map(({ path }) => path),
    );
    const posts = world().app.routes.filter(({ method, path }) => method === 'POST' && !gets.has(path));
    expect(posts).not.to.deep.equal([]);
    for (const { path } of posts) {
      const reply = await nobody().send(
        `${world().issuer}${path.replace(':uid', 'x')}?csrf=x&method=email&decision=allow`,
      );
      expect(reply.status, path).to.equal(405);
    }
  });
});
