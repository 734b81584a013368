import { request } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { auditEvents } from '../../src/audit/record.ts';
import { people } from '../../src/directory/person.ts';
import { eq, sw } from '../../src/store/query.ts';
import { onEveryEngine } from '../support/engines.ts';
import { ENTERPRISE, GROUP, PATCH, provisioner, scimToken, USER } from '../support/scim.ts';
import type { Answer, Provisioner } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

interface Outcome {
  readonly method?: string;
  readonly bulkId?: string;
  readonly location?: string;
  readonly version?: string;
  readonly status: string;
  readonly response?: { readonly status: string; readonly scimType?: string; readonly detail: string };
}

onEveryEngine('bulk requests over SCIM', (engine) => {
  const world = useWorld({ store: engine, config: { plugins: { scim: { passwords: true } } } });
  let entra: Provisioner;
  before(async () => {
    entra = await provisioner(world());
  });
  after(() => {
    entra[Symbol.dispose]();
  });

  let count = 0;
  const unused = (name: string): string => {
    count += 1;
    return `${name}${String(count)}`;
  };

  const user = (bulkId: string, attributes: object = {}) => ({
    ...{ method: 'POST', path: '/Users', bulkId },
    data: { schemas: [USER], userName: unused(bulkId), ...attributes },
  });
  const group = (bulkId: string, attributes: object = {}) => ({
    ...{ method: 'POST', path: '/Groups', bulkId },
    data: { schemas: [GROUP], displayName: unused(bulkId), ...attributes },
  });
  const patch = (path: string, ...Operations: readonly unknown[]) => ({
    ...{ method: 'PATCH', path },
    data: { schemas: [PATCH], Operations },
  });
  const managedBy = (bulkId: string) => ({ [ENTERPRISE]: { manager: { value: `bulkId:${bulkId}` } } });

  const send = (Operations: readonly unknown[], more: object = {}): Promise<Answer> =>
    entra.post('/Bulk', { schemas: [BULK], ...more, Operations });

  const outcomesOf = ({ status, body, text }: Answer): readonly Outcome[] => {
    expect(status, text).to.equal(200);
    expect(body['schemas']).to.deep.equal(['urn:ietf:params:scim:api:messages:2.0:BulkResponse']);
    return body['Operations'] as readonly Outcome[];
  };
  const bulk = async (Operations: readonly unknown[], more: object = {}): Promise<readonly Outcome[]> =>
    outcomesOf(await send(Operations, more));
  const statuses = (outcomes: readonly Outcome[]): readonly string[] => outcomes.map(({ status }) => status);
  const at = async ({ location = '' }: Outcome = { status: '' }) => (await entra.get(location)).body;
  const managerOf = async (outcome: Outcome | undefined): Promise<unknown> =>
    ((await at(outcome))[ENTERPRISE] as { readonly manager?: { readonly value: string } } | undefined)?.manager?.value;
  const memberIds = async (outcome: Outcome | undefined): Promise<unknown> =>
    ((await at(outcome))['members'] as readonly { readonly value: string }[]).map(({ value }) => value);

  it('do each operation as though it had come alone, and tell status, address and version of each', async () => {
    const [ada, bob] = [(await entra.user(unused('ada'))).body, (await entra.user(unused('bob'))).body];
    const outcomes = await bulk([
      user('cyd'),
      patch(`/Users/${ada.id}`, { op: 'replace', path: 'title', value: 'Countess' }),
      { method: 'put', path: `Users/${ada.id}`, data: { schemas: [USER], userName: unused('ada') } },
      { method: 'DELETE', path: `/Users/${bob.id}` },
    ]);
    expect(statuses(outcomes)).to.deep.equal(['201', '200', '200', '204']);
    const [made, ...others] = outcomes;
    const stored = await at(made);
    expect(made).to.deep.equal({
      ...{ method: 'POST', bulkId: 'cyd', location: `${entra.base}/Users/${stored.id}` },
      ...{ version: stored.meta.version, status: '201' },
    });
    expect(others.map(({ location }) => location)).to.deep.equal(
      [ada, ada, bob].map(({ id }) => `${entra.base}/Users/${id}`),
    );
    expect((await entra.get(`/Users/${bob.id}`)).status).to.equal(404);
  });

  it('resolve bulk ids in data, in paths and in filters, whatever order they come in', async () => {
    const outcomes = await bulk([
      patch('/Groups/bulkId:team', { op: 'remove', path: 'members[value eq "bulkId:bob"]' }),
      group('team', { members: [{ value: 'bulkId:ann' }, { value: 'bulkId:bob' }] }),
      user('ann', managedBy('bob')),
      user('bob'),
      patch('/Users/bulkId:ann', { op: 'add', path: 'title', value: 'Chief' }),
    ]);
    expect(statuses(outcomes)).to.deep.equal(['200', '201', '201', '201', '200']);
    const [, team, ann, bob] = outcomes;
    expect(await memberIds(team)).to.deep.equal([(await at(ann)).id]);
    expect(await managerOf(ann)).to.equal((await at(bob)).id);
    expect((await at(ann))['title']).to.equal('Chief');
  });

  it('close circles, with a password set once', async () => {
    const password = 'a long enough pass phrase for anybody';
    const outcomes = await bulk([
      user('one', { ...managedBy('two'), password }),
      user('two', managedBy('three')),
      user('three', managedBy('one')),
      user('own', managedBy('own')),
    ]);
    expect(statuses(outcomes)).to.deep.equal(['201', '201', '201', '201']);
    const ids = await Promise.all(outcomes.map(async (outcome) => (await at(outcome)).id));
    expect(await Promise.all(outcomes.map(managerOf))).to.deep.equal([ids[1], ids[2], ids[0], ids[3]]);
    const { store } = world().app.foundation;
    const { docs } = await store.find(auditEvents, eq('subject', ids[0] ?? ''));
    expect(docs.filter(({ type }) => type === 'person.password_set')).to.deep.equal([]);
    expect(outcomes[0]?.version).to.equal((await at(outcomes[0])).meta.version);
  });

  it('create nothing of a circle that cannot be closed, and say so of each', async () => {
    const [userName, inner, outer] = [unused('taken'), group('inner'), group('outer')];
    await entra.user(userName);
    const rings = await bulk([
      { ...inner, data: { ...inner.data, members: [{ value: 'bulkId:outer' }] } },
      { ...outer, data: { ...outer.data, members: [{ value: 'bulkId:inner' }] } },
      user('left', managedBy('right')),
      { ...user('right', managedBy('left')), data: { schemas: [USER], userName, ...managedBy('left') } },
    ]);
    expect(statuses(rings).toSorted()).to.deep.equal(['400', '409', '409', '409']);
    expect(rings.map(({ location }) => location)).to.deep.equal([undefined, undefined, undefined, undefined]);
    for (const { displayName } of [inner.data, outer.data]) {
      const found = await entra.list('/Groups', { filter: `displayName eq "${displayName}"` });
      expect(found.body.totalResults).to.equal(0);
    }
    expect((await entra.list('/Users', { filter: 'userName sw "left"' })).body.totalResults).to.equal(0);
  });

  it('refuse what names a resource that was not created, and go on with the rest', async () => {
    const userName = unused('there');
    await entra.user(userName);
    const outcomes = await bulk([
      { ...user('twin'), data: { schemas: [USER], userName } },
      group('of-twin', { members: [{ value: 'bulkId:twin' }] }),
      user('lost', managedBy('nobody')),
      user('fine'),
    ]);
    expect(statuses(outcomes)).to.deep.equal(['409', '409', '409', '201']);
    expect(outcomes[0]?.response).to.include({ status: '409', scimType: 'uniqueness' });
    expect(outcomes[0]).not.to.have.property('location');
    expect(outcomes[1]?.response?.detail).to.equal('bulkId:twin is created by no operation that succeeded');
  });

  it('end after as many errors as the client takes', async () => {
    const bad = () => ({ method: 'DELETE', path: '/Users/nobody' });
    const all = [bad(), user('before'), bad(), user('after')];
    expect(statuses(await bulk(all, { failOnErrors: 2 }))).to.deep.equal(['404', '201', '404']);
    expect(statuses(await bulk([bad(), user('never')], { failOnErrors: 1 }))).to.deep.equal(['404']);
    expect(statuses(await bulk([bad(), bad(), user('on')]))).to.deep.equal(['404', '404', '201']);
  });

  it('hold to the version of an operation', async () => {
    const { id, meta } = (await entra.user(unused('vic'))).body;
    const rename = (version: string) => ({
      ...patch(`/Users/${id}`, { op: 'replace', path: 'title', value: version }),
      version,
    });
    const outcomes = await bulk([rename('W/"77"'), rename(meta.version), rename(meta.version)]);
    expect(statuses(outcomes)).to.deep.equal(['412', '200', '412']);
    expect(outcomes[1]?.version).to.equal((await entra.get(`/Users/${id}`)).body.meta.version);
  });

  it('tell of an operation that is none what is wrong with it, and do neither searches nor bulk requests', async () => {
    const { id } = (await entra.user(unused('abe'))).body;
    const wrong: readonly unknown[] = [
      { method: 'GET', path: `/Users/${id}` },
      { method: 'POST', path: '/Users/.search', bulkId: 's', data: {} },
      { method: 'POST', path: '/Bulk', bulkId: 'b', data: { schemas: [BULK], Operations: [] } },
      { method: 'POST', path: '/Users', data: { schemas: [USER], userName: unused('no-bulk-id') } },
      { method: 'PUT', path: '/Users', data: {} },
      { method: 'PATCH', path: `/Users/${id}` },
      { method: 'DELETE', path: `/Users/${id}/..` },
      'nonsense',
    ];
    expect(statuses(await bulk(wrong))).to.deep.equal(['400', '400', '404', '400', '400', '400', '400', '400']);
    expect((await entra.get(`/Users/${id}`)).status).to.equal(200);
  });

  it('are bounded in operations and bytes, told truly in discovery, and refused beyond by 413', async () => {
    const { body } = await entra.get('/ServiceProviderConfig');
    expect(body['bulk']).to.deep.equal({ supported: true, maxOperations: 1000, maxPayloadSize: 4 * 1024 * 1024 });
    const many = await send(Array.from({ length: 1001 }, () => ({ method: 'DELETE', path: '/Users/nobody' })));
    expect(many.status).to.equal(413);
    expect(many.text).to.include('1000');
    const large = await send([user('large', { displayName: 'x'.repeat(4 * 1024 * 1024) })]);
    expect(large.status).to.equal(413);
  });

  it('are refused as a whole for what makes no bulk request, without a token, or for a reading one', async () => {
    const refused = async (body: unknown): Promise<unknown> => {
      const answer = await entra.post('/Bulk', body);
      return [answer.status, answer.body['scimType']];
    };
    expect(await refused({ Operations: [] })).to.deep.equal([400, 'invalidSyntax']);
    expect(await refused({ schemas: [BULK], Operations: {} })).to.deep.equal([400, 'invalidSyntax']);
    expect(await refused({ schemas: [BULK], Operations: [], failOnErrors: 0 })).to.deep.equal([400, 'invalidValue']);
    const twins = [user('twin'), user('twin')];
    expect(await refused({ schemas: [BULK], Operations: twins })).to.deep.equal([400, 'invalidValue']);
    using reader = await provisioner(world(), { name: 'reader', access: 'read' });
    expect((await reader.post('/Bulk', { schemas: [BULK], Operations: [user('read')] })).status).to.equal(403);
    expect((await entra.get('/Bulk')).status).to.equal(405);
    using people = await provisioner(world(), { name: 'people-only', types: ['User'] });
    const outcomes = outcomesOf(await people.post('/Bulk', { schemas: [BULK], Operations: [user('ok'), group('no')] }));
    expect(statuses(outcomes)).to.deep.equal(['201', '403']);
  });

  it('end between two operations when their client goes away, and the log says how far they came', async () => {
    const w = world();
    const { store } = w.app.foundation;
    const prefix = unused('gone');
    const Operations = Array.from({ length: 1000 }, (_, number) => ({
      ...{ method: 'POST', path: '/Users', bulkId: String(number) },
      data: { schemas: [USER], userName: `${prefix}-${String(number)}` },
    }));
    const token = await scimToken(w, { name: 'leaving' });
    const sent = request(`${entra.base}/Bulk`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    });
    sent.on('error', () => undefined);
    sent.end(JSON.stringify({ schemas: [BULK], Operations }));
    const made = () => store.count(people, sw('userNameFolded', prefix));
    while ((await made()) === 0) await turn();
    sent.destroy();
    const told = () => store.find(auditEvents, eq('type', 'scim.bulk.abandoned'));
    let events = await told();
    while (events.docs.length === 0) {
      await turn();
      events = await told();
    }
    const there = await made();
    expect(there).to.be.lessThan(1000);
    expect(events.docs[0]?.reason).to.equal(`${String(there)} of 1000`);
    expect(events.docs[0]?.actor).to.equal('scim:leaving');
  }).timeout(20_000);
});
