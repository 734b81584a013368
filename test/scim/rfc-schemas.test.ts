import { expect } from 'chai';
import { people } from '../../src/directory/person.ts';
import { eq } from '../../src/store/query.ts';
import { ENTERPRISE, GROUP, LIST, useProvisioner, Provisioner, USER } from '../support/scim.ts';
import type { Body } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';
const TEAM = 'urn:example:params:scim:schemas:team';
const extension = {
  id: TEAM,
  name: 'team',
  attributes: [
    { name: 'since', type: 'dateTime' },
    { name: 'floor', type: 'integer' },
    { name: 'site', type: 'reference' },
  ],
};

interface Attribute {
  readonly name: string;
  readonly type: string;
  readonly description?: string;
  readonly subAttributes?: readonly Attribute[];
  readonly [characteristic: string]: unknown;
}

const attributesOf = (schema: Body): readonly Attribute[] => schema['attributes'] as readonly Attribute[];

describe('RFC 7643, resources and their schemas', () => {
  const world = useWorld({ config: { plugins: { scim: { extensions: [extension], passwords: true } } } });
  const client = useProvisioner(world);

  let count = 0;
  const create = (attributes: Readonly<Record<string, unknown>> = {}) => {
    count += 1;
    return client().user(`schema${String(count)}`, attributes);
  };
  const made = async (attributes: Readonly<Record<string, unknown>> = {}): Promise<Body> => {
    const { status, text, body } = await create(attributes);
    expect(status, text).to.equal(201);
    return body;
  };

  const schemas = async (): Promise<readonly Body[]> => (await client().get('/Schemas')).body.Resources;

  it('the configuration has all that it must, of the types that it must have', async () => {
    const { body } = await client().get('/ServiceProviderConfig');
    expect(body['schemas']).to.deep.equal([`${CORE}:ServiceProviderConfig`]);
    for (const [name, type] of [
      ...['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag'].map((one) => [`${one}.supported`, 'boolean']),
      ...['bulk.maxOperations', 'bulk.maxPayloadSize', 'filter.maxResults'].map((one) => [one, 'number']),
      ...['pagination.cursor', 'pagination.index'].map((one) => [one, 'boolean']),
      ...['pagination.defaultPageSize', 'pagination.maxPageSize', 'pagination.cursorTimeout'].map((one) => [
        one,
        'number',
      ]),
    ] as const) {
      expect(body)
        .to.have.nested.property(name ?? '')
        .that.is.a(type ?? '');
    }
    const [scheme] = body['authenticationSchemes'] as readonly Body[];
    for (const name of ['type', 'name', 'description']) expect(scheme).to.have.property(name).that.is.a('string');
  });

  it('each kind of resource says where it is and which schemas it has, each of which is there', async () => {
    const ids = (await schemas()).map(({ id }) => id);
    const { body } = await client().get('/ResourceTypes');
    expect(body['schemas']).to.deep.equal([LIST]);
    for (const type of body.Resources) {
      expect(type['schemas']).to.deep.equal([`${CORE}:ResourceType`]);
      expect(type['description']).to.be.a('string').and.not.equal('');
      const extensions = (type['schemaExtensions'] ?? []) as readonly { schema: string; required: boolean }[];
      for (const one of extensions) expect(one.required).to.be.a('boolean');
      expect(ids).to.include.members([type['schema'], ...extensions.map(({ schema }) => schema)]);
      const [first] = (await client().get(String(type['endpoint']))).body.Resources;
      if (first) expect(first.meta).to.include({ resourceType: type['name'] });
    }
  });

  it('each attribute of a schema has its characteristics and, in the schemas of the RFC, says what it is', async () => {
    const check = (attribute: Attribute, isOurs: boolean, parent?: Attribute): void => {
      const at = `${parent?.name ?? ''}.${attribute.name}`;
      expect(attribute.name).to.match(/^[A-Za-z$][A-Za-z0-9_$-]*$/);
      expect(attribute.type, at).to.be.oneOf([
        ...['string', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference', 'complex'],
      ]);
      expect(attribute['multiValued'], at).to.be.a('boolean');
      expect(attribute['required'], at).to.be.a('boolean');
      expect(attribute['mutability'], at).to.be.oneOf(['readOnly', 'readWrite', 'immutable', 'writeOnly']);
      expect(attribute['returned'], at).to.be.oneOf(['always', 'never', 'default', 'request']);
      if (isOurs) expect(attribute.description, at).to.be.a('string').and.not.equal('');
      if (attribute.type === 'string') expect(attribute['caseExact'], at).to.be.a('boolean');
      if (attribute.type === 'reference') expect(attribute['caseExact'], at).to.equal(true);
      expect(attribute.type === 'complex', at).to.equal(attribute.subAttributes !== undefined);
      // RFC 7643 section 2.3.8: parts of a complex attribute have no parts themselves.
      if (parent) expect(attribute.type, at).to.not.equal('complex');
      for (const sub of attribute.subAttributes ?? []) check(sub, isOurs, attribute);
    };
    for (const schema of await schemas()) {
      const isOurs = schema.id !== TEAM;
      expect(schema['name']).to.be.a('string');
      if (isOurs) expect(schema['description']).to.be.a('string').and.not.equal('');
      for (const attribute of attributesOf(schema)) check(attribute, isOurs);
    }
  });

  it('schemas are those of resources: messages are none of them, and common attributes are in none', async () => {
    const listed = await schemas();
    expect(listed.map(({ id }) => id)).to.deep.equal([USER, ENTERPRISE, TEAM, GROUP]);
    expect(JSON.stringify(listed)).to.not.include('urn:ietf:params:scim:api:');
    for (const schema of listed) {
      const names = attributesOf(schema).map(({ name }) => name);
      expect(names).to.not.include.members(['id']).and.not.include.members(['externalId']);
      expect(names).to.not.include.members(['meta']).and.not.include.members(['schemas']);
    }
  });

  it('discovery ignores what shapes lists, also where it is wrong, but refuses a filter', async () => {
    for (const path of [
      '/ServiceProviderConfig',
      '/ResourceTypes',
      '/ResourceTypes/User',
      '/Schemas',
      `/Schemas/${USER}`,
    ]) {
      const whole = (await client().get(path)).body;
      for (const query of ['count=x', 'startIndex=7&count=0', 'sortOrder=sideways', 'cursor=x', 'count=1&count=2']) {
        const { status, body } = await client().get(`${path}?${query}`);
        expect(status, `${path} ${query}`).to.equal(200);
        expect(body, `${path} ${query}`).to.deep.equal(whole);
      }
      expect((await client().get(`${path}?FILTER=id%20pr&count=x`)).status, path).to.equal(403);
    }
  });

  it('a resource has schemas that its type has, each once, and an id and meta that are not its client’s', async () => {
    const body = await made({ schemas: [ENTERPRISE, USER, USER, GROUP], id: 'bulkId', meta: { location: 'x' } });
    expect(body['schemas']).to.deep.equal([USER]);
    expect(body.id)
      .to.match(/^[A-Za-z0-9_-]{16,}$/)
      .and.not.include('bulkId');
    expect(body.meta).to.include({ resourceType: 'User', location: `${client().base}/Users/${body.id}` });
    expect(body.meta.lastModified).to.equal(body.meta.created);
    expect(body.meta.created).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    expect(body.meta.version).to.match(/^W\//);
    expect(body).to.not.have.property('externalId');
    const both = await made({ [ENTERPRISE]: { department: 'x' }, [TEAM]: { floor: 1 } });
    expect(both['schemas']).to.have.members([USER, ENTERPRISE, TEAM]);
    const { body: group } = await client().post('/Groups', { displayName: 'G', members: [{ value: body.id }] });
    expect(group.meta.lastModified).to.equal(group.meta.created);
    expect(group['schemas']).to.deep.equal([GROUP]);
  });

  it('what refers to a resource leads to it', async () => {
    const boss = await made();
    const body = await made({ [ENTERPRISE]: { manager: { value: boss.id } } });
    const { body: group } = await client().post('/Groups', { displayName: 'R', members: [{ value: body.id }] });
    const read = (await client().get(`/Users/${body.id}`)).body;
    const references = [
      ...(group['members'] as readonly { $ref: string; value: string }[]),
      ...(read['groups'] as readonly { $ref: string; value: string }[]),
      (read[ENTERPRISE] as { manager: { $ref: string; value: string } }).manager,
    ];
    expect(references).to.have.length(3);
    for (const { $ref, value } of references) expect((await client().get($ref)).body.id).to.equal(value);
  });

  it('values are of the form that their type has', async () => {
    for (const attributes of [
      { [TEAM]: { since: '2026-01-01' } },
      { [TEAM]: { since: 'yesterday' } },
      { [TEAM]: { since: 1_700_000_000 } },
      { [TEAM]: { floor: 1.5 } },
      { [TEAM]: { floor: '1' } },
      { [TEAM]: { site: 'https://a b' } },
      { profileUrl: 'javascript:alert(1)' },
      { profileUrl: 'two words' },
      { photos: [{ value: 'data:text/html,<script>' }] },
      { active: 'perhaps' },
    ]) {
      const { status, body } = await create(attributes);
      expect([status, body['scimType']], JSON.stringify(attributes)).to.deep.equal([400, 'invalidValue']);
    }
    const body = await made({
      profileUrl: '/people/ada',
      photos: [{ value: 'https://example.test/ada.png' }, { value: 'urn:example:picture' }],
      [TEAM]: { since: '2026-01-01T02:00:00+02:00', floor: -3, site: 'https://example.test/' },
    });
    expect(body[TEAM]).to.deep.equal({ since: '2026-01-01T00:00:00.000Z', floor: -3, site: 'https://example.test/' });
  });

  it('a list has no pair of value and type twice, and one primary value at most', async () => {
    const { emails } = (await made({
      emails: [
        { value: 'a@example.test', type: 'work', primary: true },
        { value: 'a@example.test', type: 'work' },
        { value: 'a@example.test', type: 'home', primary: true },
      ],
    })) as unknown as { emails: readonly Record<string, unknown>[] };
    expect(emails.map(({ value, type }) => [value, type])).to.deep.equal([
      ['a@example.test', 'work'],
      ['a@example.test', 'home'],
    ]);
    expect(emails.filter(({ primary }) => primary === true)).to.have.length(1);
  });

  it('a primary value of a PATCH makes the one before it one like any other', async () => {
    const emails = [
      { value: 'a@example.test', primary: true },
      { value: 'b@example.test', type: 'home' },
    ];
    const { id } = await made({ emails });
    const patched = await client().patch(`/Users/${id}`, [
      { op: 'replace', path: 'emails[type eq "home"].primary', value: true },
    ]);
    expect(patched.body['emails']).to.deep.equal([
      { value: 'a@example.test', primary: false },
      { value: 'b@example.test', type: 'home', primary: true },
    ]);
  });

  it('addresses keep the lines that they were written in, and what a client did not say is not made up', async () => {
    const body = await made({ addresses: [{ formatted: '1 Way\nTown', streetAddress: '1 Way\nBack' }], title: 'x' });
    expect(body['addresses']).to.deep.equal([{ formatted: '1 Way\nTown', streetAddress: '1 Way\nBack' }]);
    expect(body).to.not.have.any.keys('displayName', 'name', 'externalId', 'nickName', 'userType');
  });

  it('a password is kept as a hash that nobody is shown, and ids outlive a change of name', async () => {
    const password = 'correct horse battery staple 9';
    const { id } = await made({ password });
    const renamed = await client().patch(`/Users/${id}?attributes=password,userName`, [
      { op: 'replace', path: 'userName', value: 'schema-renamed' },
    ]);
    expect(renamed.body).to.deep.include({ id, userName: 'schema-renamed' }).and.not.have.property('password');
    const { store } = world().app.foundation;
    const { docs } = await store.find(people, eq('id', id));
    expect(docs).to.have.length(1);
    expect(JSON.stringify(docs)).to.not.include(password);
  });

  it('a stranger learns nothing of the service but how to show a token', async () => {
    using stranger = new Provisioner(world().issuer);
    const { status, headers, body } = await stranger.get('/ServiceProviderConfig');
    expect([status, body['status']]).to.deep.equal([401, '401']);
    expect(headers['www-authenticate']).to.match(/^Bearer /);
  });
});
