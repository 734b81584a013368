import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import Koa from 'koa';
import { createEmbedded } from '../../src/http/http.ts';
import { get, json } from '../../src/http/route.ts';
import { parts } from './serving.ts';

describe('http: inside somebody else’s Koa', () => {
  it('serves its own paths and leaves every other one, and every error there, to that host', async () => {
    await using ours = await parts();
    const foreign = new Koa();
    foreign.silent = true;
    foreign.use(
      createEmbedded({
        ...ours.chain,
        routes: [get('/reset', () => Promise.resolve(json({ ours: true })))],
      }) as Koa.Middleware,
    );
    foreign.use((ctx) => {
      if (ctx.path === '/theirs') ctx.body = 'theirs';
    });
    const server = createServer((req, res) => void foreign.callback()(req, res)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const at = (path: string): string => `http://127.0.0.1:${String((server.address() as AddressInfo).port)}${path}`;
    try {
      const reset = await fetch(at('/reset'));
      expect(await reset.json()).to.deep.equal({ ours: true });
      expect(reset.headers.get('content-security-policy')).to.include("default-src 'none'");
      const theirs = await fetch(at('/theirs'));
      expect(await theirs.text()).to.equal('theirs');
      expect(theirs.headers.get('content-security-policy')).to.equal(null);
      expect(await (await fetch(at('/nowhere'))).text()).to.equal('Not Found');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
