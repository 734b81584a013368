import { request } from 'node:http';
import { expect } from 'chai';
import type { Person } from '../support/person.ts';
import { useWorld } from '../support/world.ts';
import { spellings } from './spellings.ts';
import { LIBRARY_POSTS } from './posted-forms.ts';
import { EVERY_PAGE } from './stations/station.ts';
import { STATIONS } from './stations/stations.ts';

const LIBRARY = ['/auth', '/token', '/me', '/jwks', '/token/introspection', '/token/revocation', '/session/end'];

const isLibrary = (path: string): boolean => [...LIBRARY, ...LIBRARY_POSTS].includes(path);

describe('A path in another spelling than its own', function () {
  this.timeout(120_000);
  const world = useWorld(EVERY_PAGE);
  let dora: Person;

  before(async () => {
    const password = STATIONS.find(({ page }) => page === 'new password');
    dora = (await password?.arrive(world())) ?? (await world().person('dora'));
  });

  /** As it stands: clients mend paths before they send them. */
  const ask = (path: string, method = 'GET'): Promise<{ status: number; location: string | undefined }> =>
    new Promise((resolve, reject) => {
      const { port } = world().app;
      const cookie = dora.browser.cookies.header(new URL(world().issuer)) ?? '';
      const outgoing = request({ host: 'localhost', port, path, method, headers: { cookie } }, (reply) => {
        reply.resume();
        const { statusCode: status = 0, headers } = reply;
        reply.once('end', () => {
          resolve({ status, location: headers.location });
        });
      });
      outgoing.once('error', reject).end();
    });

  it('is a path that works in its own', async () => {
    expect(await ask('/reset/password')).to.deep.equal({ status: 200, location: undefined });
  });

  it('is served to nobody, whatever the path and whoever asks', async () => {
    const { routes } = world().app;
    const paths = new Set([...routes.map(({ path }) => path.replace(/:\w+/g, 'x')), ...LIBRARY, ...LIBRARY_POSTS]);
    expect(paths.size).to.be.greaterThan(40);
    for (const path of paths) {
      for (const spelling of spellings(path)) {
        // There it is a part of what the path names.
        if (/x(;a=b|%20)$/.test(spelling) && path.endsWith('/x')) continue;
        for (const method of LIBRARY_POSTS.includes(path) ? ['GET', 'POST'] : ['GET']) {
          const { status } = await ask(spelling, method);
          // The library takes case and a slash at the end for nothing, and guards all alike.
          const alike = isLibrary(path) && spelling.toLowerCase().replace(/\/$/, '') === path;
          const same = alike ? [(await ask(path, method)).status] : [];
          expect(status, `${method} ${spelling}`).to.be.oneOf([400, 404, ...same]);
        }
      }
    }
  });

  it('is no link either: whatever stands in the place of one leads to a page that says so', async () => {
    for (const token of ['x;secure', '%3B%20Domain%3Devil.test', '%E2%80%AE', '%C3%A9%22', 'a'.repeat(8000)]) {
      const browser = world().browser();
      await browser.open(`${world().issuer}/reset/link/${token}`);
      expect(await browser.heading(), token).to.equal('This link no longer works');
      expect(browser.cookies.names(), token).to.deep.equal(['browser']);
    }
  });

  it('is not opened by headers that rewrite it either', async () => {
    for (const name of ['x-original-url', 'x-rewrite-url', 'x-http-method-override', 'x-forwarded-uri']) {
      const value = name.includes('method') ? 'POST' : '/reset/password';
      const reply = await dora.browser.send(`${world().issuer}/nowhere`, { headers: { [name]: value } });
      expect(reply.status, name).to.equal(404);
    }
  });
});
