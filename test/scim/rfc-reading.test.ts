import { inspect } from 'node:util';
import { expect } from 'chai';
import { auditEvents } from '../../src/audit/record.ts';
import { everything } from '../../src/store/query.ts';
import { ENTERPRISE, ERROR, GROUP, LIST, provisioner, SEARCH, USER } from '../support/scim.ts';
import type { Answer, Provisioner } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';

describe('RFC 7644 and RFC 9865, what is read', () => {
  const world = useWorld();
  let client: Provisioner;
  let ada: string;
  let team: string;
  before(async () => {
    client = await provisioner(world());
    const { body } = await client.user('ada', {
      name: { givenName: 'Ada', familyName: 'L' },
      title: 'Countess',
      emails: [{ value: 'ada@example.test', type: 'work' }],
      [ENTERPRISE]: { department: 'Engines' },
    });
    ada = body.id;
    for (const userName of ['bob', 'cyd', 'dan']) await client.user(userName, { title: userName });
    const group = await client.post('/Groups', { schemas: [GROUP], displayName: 'Team', members: [{ value: ada }] });
    team = group.body.id;
  });
  after(() => {
    client[Symbol.dispose]();
  });

  const fault = ({ status, body }: Answer): readonly unknown[] => [status, body['scimType']];
  const idsIn = ({ body, text }: Answer): readonly string[] => {
    expect(body['schemas'], text).to.deep.equal([LIST]);
    return body.Resources.map(({ id }) => id);
  };
  const found = async (filter: string, path = '/Users') => idsIn(await client.list(path, { filter }));

  it('parameters that nobody knows are ignored, also where they come twice', async () => {
    const all = idsIn(await client.get('/Users'));
    for (const query of ['future=1', 'future=1&future=2', 'x', '%66uture=%FF&=&&']) {
      expect(idsIn(await client.get(`/Users?${query}`)), query).to.deep.equal(all);
    }
    const searched = await client.post('/Users/.search', { schemas: [SEARCH], future: { deep: true } });
    expect(idsIn(searched)).to.deep.equal(all);
    expect((await client.get(`/Users/${ada}?future=1`)).status).to.equal(200);
    expect(fault(await client.get('/Users?count=1&count=1'))).to.deep.equal([400, 'invalidValue']);
  });

  it('what nothing meets is 200 with a total of 0', async () => {
    const { status, body } = await client.list('/Users', { filter: 'userName eq "nobody"' });
    expect(status).to.equal(200);
    expect(body).to.include({ totalResults: 0, itemsPerPage: 0 });
    expect(body.Resources).to.deep.equal([]);
  });

  it('the root holds resources of every type, which meta.resourceType and schemas choose from', async () => {
    const all = idsIn(await client.get(''));
    expect(all).to.include.members([ada, team]);
    expect(await found('meta.resourceType eq "Group"', '')).to.deep.equal([team]);
    expect(await found('meta.resourceType ne "Group"', '')).to.have.length(all.length - 1);
    expect(await found('(meta.resourceType eq "User") or (meta.resourceType eq "Group")', '')).to.have.members(all);
    expect(await found('userName eq "ada"', '')).to.deep.equal([ada]);
    expect(await found('displayName eq "team" or userName eq "ada"', '')).to.have.members([ada, team]);
    expect(await found('not (userName pr)', '')).to.deep.equal([team]);
  });

  it('resources are found by the schemas that they have', async () => {
    const people = idsIn(await client.get('/Users'));
    expect(await found(`schemas eq "${ENTERPRISE}"`)).to.deep.equal([ada]);
    expect(await found(`schemas eq "${ENTERPRISE.toUpperCase()}"`)).to.deep.equal([ada]);
    expect(await found(`schemas eq "${USER}"`)).to.have.members(people);
    expect(await found(`schemas eq "${GROUP}"`)).to.deep.equal([]);
    expect(await found(`schemas ne "${ENTERPRISE}"`)).to.have.length(people.length - 1);
    expect(await found(`not (schemas eq "${ENTERPRISE}") and userName pr`)).to.not.include(ada);
    expect(await found(`schemas eq "${GROUP}"`, '')).to.deep.equal([team]);
    expect(await found('schemas pr and userName eq "ada"')).to.deep.equal([ada]);
    for (const filter of ['schemas co "enterprise"', 'schemas eq 5']) {
      expect(fault(await client.list('/Users', { filter })), filter).to.deep.equal([400, 'invalidFilter']);
    }
    await client.patch(`/Users/${ada}`, [{ op: 'remove', path: `${ENTERPRISE}:department` }]);
    expect(await found(`schemas eq "${ENTERPRISE}"`)).to.deep.equal([]);
    await client.patch(`/Users/${ada}`, [{ op: 'add', path: `${ENTERPRISE}:department`, value: 'Engines' }]);
  });

  it('a value that does not say whether it is primary is not, to filters and to paths', async () => {
    const [mails, none] = [
      [{ value: 'p1@example.test', primary: true }, { value: 'p2@example.test' }],
      [{ value: 'p3@example.test', primary: true }],
    ];
    const one = (await client.user('primary1', { emails: mails })).body.id;
    const two = (await client.user('primary2', { emails: none })).body.id;
    const among = (filter: string) => found(`userName sw "primary" and ${filter}`);
    for (const filter of ['emails[primary eq false]', 'emails.primary eq false', 'emails[primary ne true]']) {
      expect(await among(filter), filter).to.deep.equal([one]);
    }
    expect(await among('emails.primary ne false')).to.deep.equal([two]);
    expect(await among('emails[primary ne false]')).to.have.members([one, two]);
    expect(await among('emails.primary eq true')).to.have.members([one, two]);
    expect(await among('emails[primary eq false and value sw "p1"]')).to.deep.equal([]);
    const { body } = await client.patch(`/Users/${one}`, [
      { op: 'replace', path: 'emails[primary eq false].type', value: 'other' },
    ]);
    expect(body['emails']).to.deep.equal([mails[0], { ...mails[1], type: 'other' }]);
    expect(fault(await client.list('/Users', { filter: 'emails.primary gt false' }))).to.deep.equal([
      400,
      'invalidFilter',
    ]);
    expect(fault(await client.list('/Users', { filter: 'emails.primary eq "x"' }))).to.deep.equal([
      400,
      'invalidFilter',
    ]);
  });

  it('user names are compared as people hold them to be the same, whatever their width, case or composition', async () => {
    await client.user('Zoë');
    for (const name of ['zoë', 'ZOË', 'zoe\u0308', '\uFF3A\uFF4Fë']) {
      expect(await found(`userName eq "${name}"`), name).to.have.length(1);
      expect(fault(await client.user(name)), name).to.deep.equal([409, 'uniqueness']);
    }
    expect(await found('userName eq "zoe"')).to.deep.equal([]);
  });

  it('answers have what they must and what was asked for, wherever a resource is in them', async () => {
    const least = ['schemas', 'id'];
    const keys = async (path: string) => Object.keys((await client.get(path)).body);
    expect(await keys(`/Users/${ada}?attributes=title`)).to.have.members([...least, 'title']);
    expect(await keys(`/Users/${ada}?attributes=nothing`)).to.have.members(least);
    expect(await keys(`/Users/${ada}?excludedAttributes=id,schemas,title`))
      .to.include.members(least)
      .and.not.include('title');
    const name = (await client.get(`/Users/${ada}?attributes=${USER}:NAME.familyName`)).body['name'];
    expect(name).to.deep.equal({ familyName: 'L' });
    const extended = (await client.get(`/Users/${ada}?attributes=${ENTERPRISE}`)).body;
    expect(extended[ENTERPRISE]).to.deep.equal({ department: 'Engines' });
    const created = await client.post('/Users?attributes=userName', {
      schemas: [USER],
      userName: 'shaped',
      title: 'x',
    });
    expect(Object.keys(created.body)).to.have.members([...least, 'userName']);
    expect(created.headers.location).to.equal(`${client.base}/Users/${created.body.id}`);
    const put = await client.put(`${created.headers.location}?excludedAttributes=meta`, { userName: 'shaped' });
    expect(put.body).to.not.have.property('meta');
    for (const path of ['/Users', `/Users/${ada}`]) {
      const both = await client.get(`${path}?attributes=title&excludedAttributes=name`);
      expect(fault(both), path).to.deep.equal([400, 'invalidValue']);
    }
  });

  it('a query is told from a resource by /.search, at the root and below each type, and nowhere else', async () => {
    for (const path of ['/.search', '/Users/.search', '/Groups/.search']) {
      expect((await client.post(path, { schemas: [SEARCH], count: 1 })).body['schemas']).to.deep.equal([LIST]);
    }
    for (const path of [`/Users/${ada}/.search`, '/Schemas/.search', '/.search/.search']) {
      const { status, body } = await client.post(path, { schemas: [SEARCH] });
      expect([status >= 400, body['schemas']], path).to.deep.equal([true, [ERROR]]);
    }
  });

  it('a page says where it begins and how long it is, and no page is longer than was asked', async () => {
    const { body } = await client.list('/Users', { startIndex: 2, count: 2 });
    expect(body).to.include({ startIndex: 2, itemsPerPage: 2 });
    expect(body.totalResults).to.be.greaterThan(4);
    for (const [query, length] of [
      ['count=-1', 0],
      ['startIndex=-3&count=1', 1],
      ['cursor=&count=-7', 0],
      ['cursor=&count=0', 0],
    ] as const) {
      expect(idsIn(await client.get(`/Users?${query}`)), query).to.have.length(length);
    }
  });

  it('a count that is none is invalidCount with a cursor, and a forged or foreign cursor is told from nothing', async () => {
    expect(fault(await client.get('/Users?cursor=&count=many'))).to.deep.equal([400, 'invalidCount']);
    expect(fault(await client.get('/Users?cursor=&count=1.5'))).to.deep.equal([400, 'invalidCount']);
    const { nextCursor } = (await client.get('/Users?cursor&count=1')).body;
    expect(nextCursor).to.match(/^[A-Za-z0-9._~-]+$/);
    using other = await provisioner(world(), { name: 'other' });
    const [forged, foreign] = [
      await client.list('/Users', { cursor: 'AAAA' }),
      await other.list('/Users', { cursor: nextCursor }),
    ];
    expect([fault(forged), fault(foreign)]).to.deep.equal([
      [400, 'invalidCursor'],
      [400, 'invalidCursor'],
    ]);
    expect((await client.list('/Groups', { cursor: nextCursor })).body['scimType']).to.equal('invalidCursor');
  });

  it('a cursor is good for no more than its token, which is asked for anew with every page', async () => {
    const w = world();
    using short = await provisioner(w, { name: 'short', expiresAt: w.clock.now() + 60_000 });
    const { nextCursor } = (await short.get('?cursor&count=1')).body;
    expect((await short.list('', { cursor: nextCursor, count: 1 })).status).to.equal(200);
    using narrow = await provisioner(w, { name: 'short', slot: 2, types: ['Group'] });
    expect(fault(await narrow.list('', { cursor: nextCursor, count: 1 }))).to.deep.equal([400, 'invalidCursor']);
    const ofUsers = (await short.get('/Users?cursor&count=1')).body.nextCursor;
    expect((await narrow.list('/Users', { cursor: ofUsers, count: 1 })).status).to.equal(403);
    await w.later(60_000);
    expect((await short.list('', { cursor: nextCursor, count: 1 })).status).to.equal(401);
  });

  it('bodies are UTF-8, whatever the letters, and an Accept that asks for something else is answered all the same', async () => {
    const title = 'Größe 😀 ﷽';
    const { body } = await client.user('letters', { title });
    const { headers, body: read } = await client.get(`/Users/${body.id}`, { headers: { accept: 'text/html' } });
    expect(headers['content-type']).to.equal('application/scim+json; charset=utf-8');
    expect(read).to.include({ title });
    const plain = await client.get('/Users/nobody', { headers: { accept: 'application/json' } });
    expect(plain.headers['content-type']).to.equal('application/json; charset=utf-8');
    expect(plain.body).to.deep.include({ schemas: [ERROR], status: '404' });
  });

  it('what people are looked up by stands in no log line and in no record, also where it is refused', async () => {
    const w = world();
    const secret = 'rosalind.private@example.test';
    for (const filter of [`userName eq "${secret}"`, `emails.value eq "${secret}`, `nothing eq "${secret}"`]) {
      await client.list('/Users', { filter });
      await client.post('/.search', { schemas: [SEARCH], filter });
    }
    await client.list(`/Users/${secret}`, { attributes: secret });
    await client.list('/Schemas', { filter: `id eq "${secret}"` });
    await w.settle();
    const { docs } = await w.app.foundation.store.find(auditEvents, everything);
    expect(docs).to.not.be.empty;
    expect(inspect([w.lines, docs], { depth: 10, maxArrayLength: null })).to.not.contain('rosalind');
  });

  it('another version of the protocol is not served', async () => {
    for (const version of ['v1', 'v3', 'V2']) {
      const { status } = await client.get(client.base.replace(/v2$/, `${version}/Users`));
      expect(status, version).to.equal(404);
    }
    expect((await client.get(client.base.replace(/v2$/, 'Users'))).status).to.equal(404);
  });
});
