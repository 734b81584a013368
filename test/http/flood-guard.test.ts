import { expect } from 'chai';
import { lineOf } from '../../src/kernel/network.ts';
import { MINUTE } from '../../src/kernel/clock.ts';
import { serve } from './serving.ts';
import type { Serving } from './serving.ts';

describe('http: the flood guard', () => {
  let server: Serving;

  beforeEach(async () => {
    server = await serve({ limits: { requests: 3, window: MINUTE }, trustedProxies: ['127.0.0.1'] });
  });
  afterEach(() => server[Symbol.asyncDispose]());

  const from = async (address: string, path = '/'): Promise<number> =>
    (await server.send(path, { headers: { 'x-forwarded-for': address } })).status;

  it('answers 429 with Retry-After to one address beyond its number of requests, until the window ends', async () => {
    for (const expected of [200, 200, 200, 429]) expect(await from('198.51.100.1')).to.equal(expected);
    server.clock.advance(20_000);
    const reply = await server.send('/', { headers: { 'x-forwarded-for': '198.51.100.1' } });
    expect(reply.headers['retry-after']).to.equal('40');
    expect(reply.body).to.include('Try again in 40 seconds.');
    server.clock.advance(40_000);
    expect(await from('198.51.100.1')).to.equal(200);
  });

  it('serves everybody else meanwhile', async () => {
    for (let count = 0; count < 10; count += 1) await from('198.51.100.1');
    expect(await from('198.51.100.2')).to.equal(200);
  });

  it('leaves health checks and assets alone', async () => {
    for (let count = 0; count < 10; count += 1) await from('198.51.100.1');
    expect(await from('198.51.100.1', '/healthz')).to.equal(200);
    const { body } = await server.send('/');
    const style = /href="(\/assets\/style[^"]+)"/.exec(body)?.[1] ?? '';
    expect(await from('198.51.100.1', style)).to.equal(200);
  });

  it('counts an IPv6 network as one', () => {
    expect(lineOf('2001:db8:1:2:3:4:5:6')).to.equal('2001:db8:1:2');
    expect(lineOf('2001:db8:1:2::6')).to.equal('2001:db8:1:2');
    expect(lineOf('2001:db8::6')).to.equal('2001:db8:0:0');
    expect(lineOf('::1')).to.equal('0:0:0:0');
    expect(lineOf('198.51.100.1')).to.equal('198.51.100.1');
  });
});
