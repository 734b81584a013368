import { expect } from 'chai';
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { get, page } from '../../src/http/route.ts';
import { serve } from './serving.ts';

const addresses = (html: string): string[] =>
  [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');

describe('http: assets', () => {
  it('may be kept for a year, since their address changes with their content', async () => {
    await using one = await serve();
    await using other = await serve({ site: { colours: { accent: '#aa0000' } } });
    const [first, second] = [addresses((await one.send('/')).body), addresses((await other.send('/')).body)];
    for (const path of first) {
      const reply = await one.send(path);
      expect(reply.status, path).to.equal(200);
      expect(reply.headers['cache-control']).to.equal('public, max-age=31536000, immutable');
      expect(reply.headers['x-content-type-options']).to.equal('nosniff');
    }
    const style = (paths: string[]): string | undefined => paths.find((path) => path.includes('style'));
    expect(style(first)).not.to.equal(style(second));
    expect((await one.send(String(style(second)))).status).to.equal(404);
  });

  it('are served in the type of their name, to GET and HEAD alone', async () => {
    await using server = await serve();
    for (const path of addresses((await server.send('/')).body)) {
      const type = { css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' }[path.split('.').at(-1) ?? ''];
      expect((await server.send(path, { method: 'HEAD' })).headers['content-type']).to.include(type);
      expect((await server.send(path, { method: 'POST' })).status).to.equal(404);
    }
  });

  it('and the page they belong to weigh less than 50 kB together', async () => {
    await using server = await serve();
    const page = await server.send('/');
    const assets = await Promise.all(addresses(page.body).map((path) => server.send(path)));
    const weight = [page, ...assets].reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
    expect(weight).to.be.below(50_000);
  });

  it('have the scripts among them that lie beside the views of plugins', async () => {
    const plugins = [{ name: 'sample', folder: 'test/http/sample' }];
    const routes = [get('/form', () => Promise.resolve(page('sample/form')))];
    await using server = await serve({ site: { plugins }, routes });
    const { body } = await server.send('/form');
    const path = addresses(body).find((each) => each.startsWith('/assets/sample/form.'));
    expect((await server.send(String(path))).body).to.include("'use strict';");
  });

  it("show the operator's logo in place of the name", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-logo-'));
    const logo = join(folder, 'any name.svg');
    await writeFile(logo, '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>');
    await using server = await serve({ site: { logo } });
    await rm(folder, { recursive: true });
    const { body } = await server.send('/');
    const path = addresses(body).find((each) => each.includes('logo'));
    expect((await server.send(String(path))).body).to.include('viewBox="0 0 9 9"');
    expect(body).to.include('alt="Example &amp; Sons"');
  });
});
