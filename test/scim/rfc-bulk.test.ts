import { expect } from 'chai';
import { ENTERPRISE, ERROR, GROUP, PATCH, useProvisioner, USER } from '../support/scim.ts';
import type { Answer } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

interface Outcome {
  readonly method?: string;
  readonly bulkId?: string;
  readonly location?: string;
  readonly status: string;
  readonly response?: Readonly<Record<string, unknown>>;
}

describe('RFC 7644, bulk requests', () => {
  const world = useWorld({ config: { plugins: { scim: { bulk: { maxOperations: 6, maxPayloadSize: 4096 } } } } });
  const client = useProvisioner(world);

  const send = (Operations: unknown, more: object = {}): Promise<Answer> =>
    client().post('/Bulk', { schemas: [BULK], ...more, Operations });
  const bulk = async (Operations: readonly unknown[]): Promise<readonly Outcome[]> => {
    const { status, body, text } = await send(Operations);
    expect(status, text).to.equal(200);
    return body['Operations'] as readonly Outcome[];
  };
  const titled = (value: string) => ({ schemas: [PATCH], Operations: [{ op: 'add', path: 'title', value }] });

  it('every operation is told with its place, but a POST that failed, whatever was wrong with it', async () => {
    const { id, userName } = (await client().user('told')).body;
    const location = `${client().base}/Users/${id}`;
    const outcomes = await bulk([
      { method: 'PATCH', path: `/Users/${id}` },
      { method: 'PATCH', path: `Users/${id}?attributes=title`, data: { schemas: [PATCH], Operations: [] } },
      {
        method: 'PUT',
        path: `/Users/${id}`,
        data: { userName, [ENTERPRISE]: { manager: { value: 'bulkId:nobody' } } },
      },
      { method: 'GET', path: `/Users/${id}` },
      { method: 'DELETE', path: '/Users/gone' },
      { method: 'POST', path: '/Users', bulkId: 'same', data: { schemas: [USER], userName } },
    ]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['400', '400', '409', '400', '404', '409']);
    expect(outcomes.map((one) => one.location)).to.deep.equal([
      ...[location, location, location, location],
      ...[`${client().base}/Users/gone`, undefined],
    ]);
    for (const { status, response } of outcomes) {
      expect(response).to.deep.include({ schemas: [ERROR], status });
      expect(response?.['detail']).to.be.a('string').and.not.equal('');
    }
    expect(outcomes.at(-1)?.bulkId).to.equal('same');
  });

  it('what names a resource that the request failed to create has no place', async () => {
    const [lost] = await bulk([{ method: 'PATCH', path: '/Users/bulkId:nobody', data: titled('x') }]);
    expect(lost?.status).to.equal('409');
    expect(lost).to.not.have.property('location');
  });

  it('an error says which limit was exceeded, and how much it is', async () => {
    const many = await send(Array.from({ length: 7 }, () => ({ method: 'DELETE', path: '/Users/x' })));
    expect([many.status, many.body['detail']]).to.deep.equal([
      413,
      'the request has more operations than maxOperations (6)',
    ]);
    const large = await send([{ method: 'PATCH', path: '/Users/x', data: titled('x'.repeat(4096)) }]);
    expect([large.status, large.body['detail']]).to.deep.equal([
      413,
      'the request has more bytes than maxPayloadSize (4096)',
    ]);
    const { body } = await client().get('/ServiceProviderConfig');
    expect(body['bulk']).to.deep.equal({ supported: true, maxOperations: 6, maxPayloadSize: 4096 });
  });

  it('the result is as though the operations had come in the order that they have', async () => {
    const { id } = (await client().user('order')).body;
    const outcomes = await bulk([
      { method: 'PATCH', path: `/Users/${id}`, data: titled('first') },
      { method: 'PATCH', path: `/Users/${id}`, data: titled('second') },
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'g',
        data: { schemas: [GROUP], displayName: 'order', members: [{ value: id }] },
      },
      { method: 'PATCH', path: `/Users/${id}`, data: titled('third') },
    ]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['200', '200', '201', '200']);
    expect(outcomes.map(({ method }) => method)).to.deep.equal(['PATCH', 'PATCH', 'POST', 'PATCH']);
    expect((await client().get(`/Users/${id}`)).body).to.include({ title: 'third' });
  });

  it('what goes well is told by its status alone, and what fails stops nothing after it', async () => {
    const outcomes = await bulk([
      { method: 'DELETE', path: '/Users/gone' },
      { method: 'POST', path: '/Users', bulkId: 'u', data: { schemas: [USER], userName: 'goes-well' } },
    ]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['404', '201']);
    expect(outcomes[1]).to.have.all.keys('method', 'bulkId', 'location', 'version', 'status');
  });

  it('what is no bulk request at all is refused as a whole, with its own status', async () => {
    for (const [body, status] of [
      [{ schemas: [BULK] }, 400],
      [{ schemas: [PATCH], Operations: [] }, 400],
      [{ schemas: [BULK], Operations: 'x' }, 400],
    ] as const) {
      const answer = await client().post('/Bulk', body);
      expect([answer.status, answer.body['schemas']]).to.deep.equal([status, [ERROR]]);
    }
  });
});
