import { expect } from 'chai';
import fc from 'fast-check';
import type { Middleware } from '../../src/http/context.ts';
import { clientAddress, trustedProxies } from '../../src/http/forwarded.ts';
import { serve } from './serving.ts';

const FORGED = {
  host: 'elsewhere.test',
  forwarded: 'for=203.0.113.9;host=elsewhere.test;proto=https',
  'x-forwarded-host': 'elsewhere.test',
  'x-forwarded-proto': 'ftp',
  'x-forwarded-port': '666',
  'x-forwarded-for': '203.0.113.9',
};

/** What is mounted behind us, as oidc-provider is, sees the request through Koa. */
const tellRequest: Middleware = (ctx) => {
  ctx.body = { href: ctx.href, host: ctx.host, secure: ctx.secure, ip: ctx.ip, address: ctx.state.address };
  return Promise.resolve();
};

describe('http: what a request says about itself', () => {
  it('never moves links to another host: forged Host, Forwarded and X-Forwarded-* reach nobody', async () => {
    for (const trustedProxies of [[], ['127.0.0.1']]) {
      await using server = await serve({
        issuer: 'https://login.example.test',
        trustedProxies,
        mounted: [tellRequest],
      });
      const { body } = await server.send('/auth', { headers: FORGED });
      expect(JSON.parse(body)).to.include({
        href: 'https://login.example.test/auth',
        host: 'login.example.test',
        secure: true,
      });
      expect(body).not.to.include('elsewhere');
    }
  });

  it('tells the address of the peer, and that of the client only behind a trusted proxy', async () => {
    await using direct = await serve({ mounted: [tellRequest] });
    expect(JSON.parse((await direct.send('/a', { headers: FORGED })).body)).to.include({
      address: '127.0.0.1',
      ip: '127.0.0.1',
    });
    await using proxied = await serve({ mounted: [tellRequest], trustedProxies: ['127.0.0.0/8'] });
    expect(JSON.parse((await proxied.send('/a', { headers: FORGED })).body)).to.include({
      address: '203.0.113.9',
      ip: '203.0.113.9',
    });
  });

  it('reads X-Forwarded-For from the right, so that nobody can put an address in front', () => {
    const trusted = trustedProxies(['10.0.0.0/8', '2001:db8::/32', '192.0.2.7']);
    const of = (peer: string, header?: string): string => clientAddress(peer, header, trusted);
    expect(of('10.1.1.1', '1.2.3.4, 198.51.100.1, 10.2.2.2')).to.equal('198.51.100.1');
    expect(of('::ffff:10.1.1.1', '198.51.100.1')).to.equal('198.51.100.1');
    expect(of('2001:db8::1', '198.51.100.1,192.0.2.7')).to.equal('198.51.100.1');
    expect(of('198.51.100.2', '1.2.3.4')).to.equal('198.51.100.2');
    expect(of('10.1.1.1', 'unknown, 10.2.2.2')).to.equal('10.2.2.2');
    expect(of('10.1.1.1', '')).to.equal('10.1.1.1');
  });

  it('gives an address and nothing else, whatever is in X-Forwarded-For', () => {
    const trusted = trustedProxies(['10.0.0.1']);
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect(clientAddress('10.0.0.1', header, trusted)).to.match(/^[\d.a-f:]+$/i);
      }),
    );
  });
});
