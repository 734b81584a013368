import { expect } from 'chai';
import { useProvisioner, USER } from '../support/scim.ts';
import type { Answer } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';
import { groupFrom, somebodyFrom } from './somebody.ts';

/** An extension of the operator's own: nothing of the core schemas is immutable but the members of a group. */
const BADGE = 'urn:example:params:scim:schemas:badge';
const extension = {
  id: BADGE,
  name: 'badge',
  attributes: [
    { name: 'number', mutability: 'immutable' },
    { name: 'colour', returned: 'request' },
    { name: 'Code', caseExact: true },
  ],
};

describe('RFC 7644, what is written', () => {
  const world = useWorld({ config: { plugins: { scim: { extensions: [extension] } } } });
  const client = useProvisioner(world);

  const somebody = somebodyFrom(client, 'writer');
  const group = groupFrom(client, 'writer');
  const fault = ({ status, body }: Answer): readonly unknown[] => [status, body['scimType']];

  it('every answer about one resource has its address in Location, Content-Location and meta.location', async () => {
    const { path, headers, body } = await somebody();
    const address = `${client().base}${path}`;
    const answers = [
      { headers, body },
      await client().get(path),
      await client().put(path, { schemas: [USER], userName: body['userName'], title: 'x' }),
      await client().patch(path, [{ op: 'add', path: 'title', value: 'y' }]),
    ];
    for (const answer of answers) {
      expect(answer.headers.location).to.equal(address);
      expect(answer.headers['content-location']).to.equal(address);
      expect(answer.body.meta.location).to.equal(address);
      expect(answer.headers.etag).to.equal(answer.body.meta.version);
      expect(answer.body.meta).to.include({ resourceType: 'User' });
    }
    const bare = await client().get(`${path}?attributes=userName`);
    expect(bare.headers['content-location']).to.equal(address);
    const known = await client().get(path, { headers: { 'if-none-match': bare.headers.etag } });
    expect([known.status, known.headers['content-location'], known.text]).to.deep.equal([304, address, '']);
    const team = await group();
    const silent = await client().patch(team, [{ op: 'add', path: 'members', value: [{ value: body.id }] }]);
    expect([silent.status, silent.headers['content-location']]).to.deep.equal([204, `${client().base}${team}`]);
    expect((await client().get('/Users')).headers).to.not.have.any.keys('location', 'content-location', 'etag');
  });

  it('an answer shows what became of what was sent, and not what was sent', async () => {
    const { body, path } = await somebody({ active: 'False', emails: { value: ' a@example.test ' }, nonsense: 1 });
    expect(body).to.deep.include({ active: false, emails: [{ value: 'a@example.test' }] });
    expect(body).to.not.have.property('nonsense');
    expect((await client().get(path)).body).to.deep.equal(body);
  });

  it('a PUT to an id that nobody has creates nobody, with and without If-Match', async () => {
    for (const path of ['/Users/nobody', '/Groups/nobody']) {
      const userName = 'nobody-yet';
      const body = { schemas: [USER], userName, displayName: userName };
      expect((await client().put(path, body)).status).to.equal(404);
      expect((await client().put(path, body, { headers: { 'if-match': '*' } })).status).to.equal(404);
      expect((await client().list('/Users', { filter: `userName eq "${userName}"` })).body.totalResults).to.equal(0);
    }
  });

  it('a PUT takes everything that a GET gave, in any order, whatever may be written of it', async () => {
    const { path } = await somebody({ title: 'Chief', [BADGE]: { number: '7' } });
    const whole = (await client().get(path)).body;
    const sent = Object.entries({ ...whole, groups: [{ value: 'forged' }], title: 'Head' });
    const put = await client().put(path, Object.fromEntries(sent.toReversed()));
    expect(put.status, put.text).to.equal(200);
    expect(put.body).to.deep.include({ title: 'Head', [BADGE]: { number: '7' }, schemas: whole['schemas'] });
    expect(put.body.id).to.equal(whole.id);
    expect(put.body.meta.created).to.equal(whole.meta.created);
    expect(put.body).to.not.have.property('groups');
  });

  it('null and an empty list clear what was there, by POST, PUT and PATCH', async () => {
    const full = { title: 'Chief', emails: [{ value: 'a@example.test' }], name: { givenName: 'A', familyName: 'B' } };
    const { path, body } = await somebody(full);
    const cleared = { title: null, emails: [], name: null };
    const put = await client().put(path, { schemas: [USER], userName: body['userName'], ...cleared });
    expect(put.body).to.not.have.any.keys('title', 'emails', 'name');
    await client().put(path, { schemas: [USER], userName: body['userName'], ...full });
    const patched = await client().patch(path, [{ op: 'replace', value: cleared }]);
    expect(patched.status, patched.text).to.equal(200);
    expect(patched.body).to.not.have.any.keys('title', 'emails', 'name');
    expect((await somebody(cleared)).body).to.not.have.any.keys('title', 'emails', 'name');
  });

  it('an immutable value is set once by POST, PUT or PATCH, and another one is refused as mutability', async () => {
    const { path, body } = await somebody();
    const put = (number: unknown) =>
      client().put(path, { schemas: [USER, BADGE], userName: body['userName'], [BADGE]: { number } });
    const patch = (value: string) => client().patch(path, [{ op: 'add', path: `${BADGE}:number`, value }]);
    expect((await patch('1')).status).to.equal(200);
    expect(fault(await patch('2'))).to.deep.equal([400, 'mutability']);
    expect(fault(await put('2'))).to.deep.equal([400, 'mutability']);
    expect((await put('1')).status).to.equal(200);
    expect((await client().get(path)).body[BADGE]).to.deep.equal({ number: '1' });
    const other = await somebody();
    const set = await client().put(other.path, { userName: other.body['userName'], [BADGE]: { number: '5' } });
    expect(set.body[BADGE]).to.deep.equal({ number: '5' });
  });

  it('what is deleted is 404 for every method, is found nowhere, and stands in nobody’s way', async () => {
    const { path, body } = await somebody({ externalId: 'gone-1' });
    const team = await group({ members: [{ value: body.id }] });
    const removed = await client().delete(path);
    expect([removed.status, removed.text]).to.deep.equal([204, '']);
    for (const answer of [
      await client().get(path),
      await client().put(path, { schemas: [USER], userName: body['userName'] }),
      await client().patch(path, [{ op: 'add', path: 'title', value: 'x' }]),
      await client().delete(path),
    ]) {
      expect(answer.status).to.equal(404);
    }
    for (const filter of [
      `id eq "${body.id}"`,
      `userName eq "${String(body['userName'])}"`,
      'externalId eq "gone-1"',
    ]) {
      for (const where of ['/Users', '']) {
        expect((await client().list(where, { filter })).body.totalResults, `${where} ${filter}`).to.equal(0);
      }
    }
    expect((await client().get(team)).body).to.not.have.property('members');
    expect((await client().user(String(body['userName']))).status).to.equal(201);
    expect((await client().delete(team)).status).to.equal(204);
    expect((await client().delete(team)).status).to.equal(404);
  });

  it('members of a group come and go, and none of them becomes another', async () => {
    const [a, b] = [(await somebody()).body.id, (await somebody()).body.id];
    const team = await group({ members: [{ value: a, $ref: 'https://example.test/', type: 'Group', display: 'x' }] });
    const before = (await client().get(team)).body['members'];
    expect(before).to.have.length(1);
    expect(before).to.have.nested.property('[0].$ref', `${client().base}/Users/${a}`);
    expect(before).to.have.nested.property('[0].type', 'User');
    for (const path of [`members[value eq "${a}"].value`, 'members.value', `members[value eq "${a}"].display`]) {
      const answer = await client().patch(team, [{ op: 'replace', path, value: b }]);
      expect(fault(answer), path).to.deep.equal([400, 'mutability']);
    }
    await client().patch(team, [
      { op: 'replace', path: `members[value eq "${a}"].$ref`, value: 'https://example.test/' },
    ]);
    expect((await client().get(team)).body['members']).to.deep.equal(before);
    expect((await client().patch(team, [{ op: 'replace', path: 'members', value: [{ value: b }] }])).status).to.equal(
      204,
    );
    expect((await client().get(team)).body).to.have.nested.property('members[0].value', b);
  });

  it('values that have to be case-exact keep their case, and those shown at request come at request or when they were written', async () => {
    const { path, body } = await somebody({ externalId: 'MiXed', [BADGE]: { Code: 'aBc', colour: 'red' } });
    expect(body).to.deep.include({ externalId: 'MiXed', [BADGE]: { Code: 'aBc', colour: 'red' } });
    expect((await client().get(path)).body[BADGE]).to.deep.equal({ Code: 'aBc' });
    const shownBy = async (op: object) => (await client().patch(path, [{ op: 'replace', ...op }])).body[BADGE];
    const both = { Code: 'aBc', colour: 'blue' };
    expect(await shownBy({ path: `${BADGE}:Colour`, value: 'blue' })).to.deep.equal(both);
    expect(await shownBy({ path: BADGE, value: { COLOUR: 'blue' } })).to.deep.equal(both);
    expect(await shownBy({ value: { [BADGE]: { colour: 'blue' } } })).to.deep.equal(both);
    expect(await shownBy({ value: { [`${BADGE}:colour`]: 'red' } })).to.deep.equal({ ...both, colour: 'red' });
    expect(await shownBy({ path: 'title', value: 'x' })).to.deep.equal({ Code: 'aBc' });
    const asked = await client().get(`${path}?attributes=${BADGE}:colour`);
    expect(asked.body[BADGE]).to.deep.equal({ colour: 'red' });
    const found = async (filter: string) => (await client().list('/Users', { filter })).body.totalResults;
    expect(await found(`${BADGE}:Code eq "abc"`)).to.equal(0);
    expect(await found(`${BADGE}:CODE eq "aBc"`)).to.equal(1);
  });
});
