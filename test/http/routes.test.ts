import { expect } from 'chai';
import { isCanonicalPath } from '../../src/http/route-table.ts';
import { get, json, post } from '../../src/http/route.ts';
import { z } from 'zod';
import { serve } from './serving.ts';
import type { Serving } from './serving.ts';

const TRICKS = [
  '/%73ecret',
  '/secret%2f',
  '/%2fsecret',
  '//secret',
  '/secret//',
  '/./secret',
  '/x/../secret',
  '/secret/.',
  '/secret/..%2f',
  '/secret;a=b',
  '/secret/',
  '/SECRET',
  '/secret%00',
  '/secret%20',
  '/secret%0a',
  '/secret\\',
  '/secret%5c',
  '/%c0%ae%c0%ae/secret',
  '/%252e%252e/secret',
  '/things/%2e%2e',
  '/things/a%2fb',
  '/things/%61',
  '/things/%ff',
  'http://elsewhere.test/secret',
  '*',
];

describe('http: paths', () => {
  let server: Serving;
  const heard: string[] = [];

  before(async () => {
    server = await serve({
      routes: [
        get('/secret', () => {
          heard.push('secret');
          return Promise.resolve(json({ path: 'secret' }));
        }),
        get('/things/:id', (visit) => {
          heard.push(`thing ${String(visit.params['id'])}`);
          return Promise.resolve(json(visit.params));
        }),
        post('/act', z.strictObject({}), () => Promise.resolve(json({}))),
      ],
    });
  });
  after(() => server[Symbol.asyncDispose]());
  afterEach(() => heard.splice(0));

  it('have one spelling: encoded, doubled, dotted and foreign ones are served to nobody, and no handler hears of them', async () => {
    for (const path of TRICKS) {
      expect(await server.sendTarget(path), path).to.match(/^HTTP\/1\.1 (404|400) /);
      expect(heard, path).to.deep.equal([]);
    }
  });

  it('gives a handler the decoded parameter of the one spelling there is', async () => {
    expect((await server.send('/things/%C3%BCber')).body).to.equal('{"id":"über"}');
    expect((await server.send('/things/a.b')).body).to.equal('{"id":"a.b"}');
  });

  it('serves HEAD from GET, without a body', async () => {
    const reply = await server.send('/secret', { method: 'HEAD' });
    expect(reply.status).to.equal(200);
    expect(reply.body).to.equal('');
    expect(heard).to.deep.equal(['secret']);
  });

  it('answers another method with 405 and the ones there are', async () => {
    const reply = await server.send('/secret', { method: 'DELETE' });
    expect(reply.status).to.equal(405);
    expect(reply.headers['allow']).to.equal('GET, HEAD');
    expect((await server.send('/act')).headers['allow']).to.equal('POST');
  });

  it('refuses a parameter that is given twice before a handler hears of it', async () => {
    expect((await server.send('/secret?a=1&a=2')).status).to.equal(400);
    expect((await server.send('/secret?a=%00')).status).to.equal(400);
    expect((await server.send('/secret?a=%ED%A0%80')).status).to.equal(400);
    expect(heard).to.deep.equal([]);
  });

  it('never links to another host from a page for a path that looks like one', async () => {
    const reply = await server.sendTarget('//elsewhere.test/');
    expect(reply).not.to.match(/href="\/\/elsewhere/);
  });

  it('refuses two routes for one path at the start', async () => {
    const route = get('/twice', () => Promise.resolve(json({})));
    const error = await serve({ routes: [route, route] }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(TypeError);
  });

  it('takes the ordinary paths of the provider and of plugins for what they are', () => {
    for (const path of ['/', '/.well-known/openid-configuration', '/auth/Ab-_9', '/reset/~x', '/a@b', '/']) {
      expect(isCanonicalPath(path), path).to.equal(true);
    }
  });
});
