import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.ts';
import { ERROR, GROUP, Provisioner, provisioner, scimToken, SEARCH, USER } from '../support/scim.ts';
import type { Answer, Body } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';

const errorOf = ({ status, headers, body, text }: Answer): unknown => {
  expect(headers['content-type'], text).to.match(/^application\/scim\+json/);
  expect(body['schemas']).to.deep.equal([ERROR]);
  expect(body['status']).to.equal(String(status));
  expect(body['detail']).to.be.a('string').and.not.equal('');
  return typeof body['scimType'] === 'string' ? `${String(status)} ${body['scimType']}` : status;
};

describe('the SCIM server', () => {
  const world = useWorld();
  let entra: Provisioner;
  let stranger: Provisioner;
  let ada: string;
  before(async () => {
    entra = await provisioner(world());
    stranger = new Provisioner(world().issuer);
    ada = (await entra.user('ada')).body.id;
  });
  after(() => {
    entra[Symbol.dispose]();
    stranger[Symbol.dispose]();
  });

  describe('lets nobody in', () => {
    const failing = async (headers: Record<string, string | undefined>): Promise<Answer> =>
      stranger.get('/Users', { headers });

    it('without a token, and asks for one by WWW-Authenticate', async () => {
      const answer = await failing({});
      expect(errorOf(answer)).to.equal(401);
      expect(answer.headers['www-authenticate']).to.equal('Bearer realm="scim"');
    });

    it('by a token that is wrong, or no bearer token', async () => {
      for (const authorization of ['Bearer lkscim_wrong', 'Bearer nonsense', 'Basic YTpi', 'Bearer', 'Bearer a b']) {
        expect(errorOf(await failing({ authorization })), authorization).to.equal(401);
      }
      const wrong = await failing({ authorization: 'Bearer lkscim_wrong' });
      expect(wrong.headers['www-authenticate']).to.equal('Bearer realm="scim", error="invalid_token"');
    });

    it('at any path, so that nothing tells what is served', async () => {
      for (const path of ['', '/', '/Users', '/ServiceProviderConfig', '/nothing', '/Users//healthz', '/%ff']) {
        expect(errorOf(await stranger.get(path)), path).to.equal(401);
      }
    });

    it('by a token that has expired or was revoked', async () => {
      const w = world();
      const short = await provisioner(w, { name: 'short', expiresAt: w.clock.now() + MINUTE });
      expect((await short.get('/Users')).status).to.equal(200);
      await w.later(MINUTE);
      expect(errorOf(await short.get('/Users'))).to.equal(401);
    });
  });

  it('lets a client read that may only read, and write nothing', async () => {
    using reader = await provisioner(world(), { name: 'reader', access: 'read' });
    expect((await reader.get(`/Users/${ada}`)).status).to.equal(200);
    expect((await reader.post('/Users/.search', { schemas: [SEARCH] })).status).to.equal(200);
    for (const answer of [
      await reader.user('nobody'),
      await reader.put(`/Users/${ada}`, { schemas: [USER], userName: 'ada' }),
      await reader.patch(`/Users/${ada}`, [{ op: 'replace', path: 'active', value: false }]),
      await reader.delete(`/Users/${ada}`),
    ]) {
      expect(errorOf(answer)).to.equal(403);
      expect(answer.headers['www-authenticate']).to.contain('insufficient_scope');
    }
  });

  it('keeps a client to the kinds of resources that its token is for', async () => {
    using groups = await provisioner(world(), { name: 'only-groups', types: ['Group'] });
    expect(errorOf(await groups.get('/Users'))).to.equal(403);
    expect(errorOf(await groups.get(`/Users/${ada}`))).to.equal(403);
    expect(errorOf(await groups.user('nobody'))).to.equal(403);
    const all = await groups.get('');
    expect(all.body.Resources.some(({ meta }) => meta.location.includes('/Users/'))).to.equal(false);
  });

  it('takes two tokens of one client, so that one can take the place of the other', async () => {
    using second = new Provisioner(world().issuer, await scimToken(world(), { slot: 2 }));
    expect((await second.patch(`/Users/${ada}`, [{ op: 'add', path: 'title', value: 'x' }])).status).to.equal(200);
  });

  describe('answers in its own form', () => {
    it('what it does not serve, also with a spelling that another server would take', async () => {
      for (const path of [
        '/nothing',
        '/users',
        '/Users/',
        `/Users/${ada}/more`,
        '/Users//',
        '/Users/%ff',
        '/Users/no',
      ]) {
        expect(errorOf(await entra.get(path)), path).to.equal(404);
      }
    });

    it('methods that a resource does not have, with those that it has', async () => {
      for (const [method, path, allowed] of [
        ['DELETE', '/Users', 'GET, HEAD, POST'],
        ['POST', `/Users/${ada}`, 'GET, HEAD, PUT, PATCH, DELETE'],
        ['GET', '/Users/.search', 'POST'],
        ['POST', '/ServiceProviderConfig', 'GET, HEAD'],
        ['PUT', '/Schemas', 'GET, HEAD'],
        ['PATCH', '/ResourceTypes/User', 'GET, HEAD'],
        ['CONNECTED', '/Users', 'GET, HEAD, POST'],
      ] as const) {
        const answer = await entra.send(method === 'CONNECTED' ? 'OPTIONS' : method, path);
        expect(errorOf(answer), `${method} ${path}`).to.equal(405);
        expect(answer.headers.allow).to.equal(allowed);
      }
    });

    it('bodies of another type, another charset or compressed, by 415', async () => {
      for (const headers of [
        { 'content-type': 'text/plain' },
        { 'content-type': 'application/x-www-form-urlencoded' },
        { 'content-type': 'application/scim+json; charset=iso-8859-1' },
        { 'content-type': undefined },
        { 'content-encoding': 'gzip' },
      ]) {
        expect(errorOf(await entra.post('/Users', { schemas: [USER], userName: 'x' }, { headers }))).to.equal(415);
      }
    });

    it('plain JSON as well, and gives it to whoever asks for nothing else', async () => {
      const headers = { 'content-type': 'application/json; charset=utf-8', accept: 'application/json' };
      const answer = await entra.post('/Users', { schemas: [USER], userName: 'plain' }, { headers });
      expect(answer.status).to.equal(201);
      expect(answer.headers['content-type']).to.equal('application/json; charset=utf-8');
      expect((await entra.get('/Users')).headers['content-type']).to.equal('application/scim+json; charset=utf-8');
    });

    it('JSON that is none, is nested too deeply, has a name twice or is not UTF-8', async () => {
      for (const raw of [
        '',
        '{',
        '"text"',
        '[]',
        'null',
        `{"userName":"a","userName":"b"}`,
        `{"userName":"a","name":{"givenName":"a","given\\u004eame":"b"}}`,
        '['.repeat(100_000),
        `{"schemas":["${USER}"],"userName":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`,
        Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
        '\u{feff}{"userName":"a"}',
      ]) {
        expect(errorOf(await entra.post('/Users', undefined, { raw })), String(raw).slice(0, 40)).to.equal(
          '400 invalidSyntax',
        );
      }
    });

    it('a body that is too large, and goes on serving others', async () => {
      const raw = `{"userName":"${'a'.repeat(10 * 1024 * 1024)}"}`;
      const [large, small] = await Promise.all([entra.post('/Users', undefined, { raw }), entra.get(`/Users/${ada}`)]);
      expect(errorOf(large)).to.equal(413);
      expect(small.status).to.equal(200);
    });

    it('what goes wrong in us by 500, never by 404, and tells nothing of it', async () => {
      const { store } = world().app.foundation;
      const { get } = store;
      try {
        Object.assign(store, { get: () => Promise.reject(new Error('a secret of ours')) });
        const answer = await entra.get(`/Users/${ada}`);
        expect(errorOf(answer)).to.equal(500);
        expect(answer.text).to.not.contain('secret');
        const [, correlation = 'none'] = /under ([\w-]+)$/.exec(String(answer.body['detail'])) ?? [];
        const line = world().lines.find(({ facts }) => facts['correlation'] === correlation);
        expect(String(line?.facts['error'])).to.contain('a secret of ours');
      } finally {
        Object.assign(store, { get });
      }
    });

    it('what it does not do by 501', async () => {
      expect(errorOf(await entra.get('/Me'))).to.equal(501);
      expect(errorOf(await entra.patch('/Me', []))).to.equal(501);
    });
  });

  describe('tells the truth about itself', () => {
    it('in the configuration of the service', async () => {
      const { status, body } = await entra.get('/ServiceProviderConfig');
      expect(status).to.equal(200);
      expect(body).to.deep.include({
        patch: { supported: true },
        filter: { supported: true, maxResults: 250 },
        changePassword: { supported: false },
        sort: { supported: true },
        etag: { supported: true },
        pagination: {
          cursor: true,
          index: true,
          defaultPaginationMethod: 'index',
          defaultPageSize: 100,
          maxPageSize: 250,
          cursorTimeout: 3600,
        },
      });
      expect(body).to.have.nested.property('authenticationSchemes[0].type', 'oauthbearertoken');
      expect(body.meta.location).to.equal(`${entra.base}/ServiceProviderConfig`);
    });

    it('in the list of the kinds of resources, people first, and in each by itself', async () => {
      const { body } = await entra.get('/ResourceTypes');
      expect(body.Resources[0]).to.include({ id: 'User', endpoint: '/Users', schema: USER });
      expect(body.totalResults).to.equal(body.Resources.length);
      for (const type of body.Resources) {
        expect((await entra.get(`/ResourceTypes/${type.id}`)).body).to.deep.equal(type);
        expect((await entra.get(String(type['endpoint']))).status).to.equal(200);
      }
    });

    it('in the schemas, people first, and in each by its URN', async () => {
      const { body } = await entra.get('/Schemas');
      expect(body.Resources[0]?.id).to.equal(USER);
      for (const schema of body.Resources) {
        expect((await entra.get(`/Schemas/${schema.id}`)).body).to.deep.equal(schema);
        expect((await entra.get(`/Schemas/${encodeURIComponent(schema.id)}`)).body).to.deep.equal(schema);
      }
      expect((await entra.get('/Schemas/urn:nothing')).status).to.equal(404);
    });

    it('in the schema of groups, whose members refer to people and groups', async () => {
      const { body } = await entra.get(`/Schemas/${GROUP}`);
      const [members] = (body['attributes'] as readonly Body[]).filter(({ name }) => name === 'members');
      const [reference] = (members?.['subAttributes'] as readonly Body[]).filter(({ name }) => name === '$ref');
      expect(reference).to.deep.include({ type: 'reference', referenceTypes: ['User', 'Group'] });
    });

    it('and refuses filters there, by 403', async () => {
      for (const path of ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas', `/Schemas/${USER}`]) {
        expect(errorOf(await entra.list(path, { filter: 'id eq "User"' })), path).to.equal(403);
        expect((await entra.list(path, { startIndex: 5, count: 1 })).status, path).to.equal(200);
      }
    });
  });
});

describe('the limits of the SCIM server', () => {
  const world = useWorld({ config: { plugins: { scim: { requestsPerMinute: 30, failuresPerMinute: 10 } } } });

  it('bound the requests of a client, by 429 with Retry-After, and not those of another', async () => {
    const w = world();
    using busy = await provisioner(w, { name: 'busy' });
    using other = await provisioner(w, { name: 'other' });
    const answers = await Promise.all(Array.from({ length: 30 }, () => busy.get('/Users')));
    expect(answers.map(({ status }) => status)).to.deep.equal(Array(30).fill(200));
    const refused = await busy.get('/Users');
    expect(errorOf(refused)).to.equal(429);
    expect(Number(refused.headers['retry-after'])).to.be.within(1, 60);
    expect((await other.get('/Users')).status).to.equal(200);
    await w.later(MINUTE);
    expect((await busy.get('/Users')).status).to.equal(200);
  });

  it('bound how often an address may come without a valid token, and stop no client that comes from there', async () => {
    const w = world();
    using client = await provisioner(w, { name: 'client' });
    using stranger = new Provisioner(w.issuer, 'lkscim_guess');
    const statuses: number[] = [];
    for (let count = 0; count < 12; count += 1) statuses.push((await stranger.get('/Users')).status);
    expect(statuses).to.deep.equal([...Array<number>(10).fill(401), 429, 429]);
    expect((await stranger.get('/Users')).headers['retry-after']).to.match(/^\d+$/);
    expect((await client.get('/Users')).status).to.equal(200);
  });
});
