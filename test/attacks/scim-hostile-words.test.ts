import { expect } from 'chai';
import { PATCH, provisioner, SEARCH, USER } from '../support/scim.ts';
import type { Answer, Provisioner } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';

const OWN_OF_ALL = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString'];

/** Names that lead out of an object in what does not look whose they are. */
const names = OWN_OF_ALL.flatMap((name) => [name, `${name}.x`, `${USER}:${name}.x`, `emails[${name}.x eq "y"]`]);

const many = (times: number, text: string): string => text.repeat(times);

describe('Hostile words to SCIM', () => {
  const world = useWorld({ config: { plugins: { scim: { requestsPerMinute: 100_000 } } } });
  let eve: Provisioner;
  let path: string;
  before(async () => {
    eve = await provisioner(world());
    const { body } = await eve.user('ada', { title: 'T', emails: [{ value: 'ada@example.test', type: 'work' }] });
    path = `/Users/${body.id}`;
  });
  after(() => {
    eve[Symbol.dispose]();
  });

  const refused = ({ status, body }: Answer, word: string): void => {
    expect(status, word).to.equal(400);
    expect(body['scimType'], word).to.be.a('string');
  };

  const unpolluted = (word: string): void => {
    expect(Reflect.ownKeys(Object.prototype), word).to.not.include.members(['x']);
    expect(Object.getPrototypeOf({}), word).to.equal(Object.prototype);
    expect(({} as Record<string, unknown>)['x'], word).to.equal(undefined);
    expect((Object as unknown as Record<string, unknown>)['x'], word).to.equal(undefined);
  };

  it('reach no object that they do not name, in filters, attributes, orders, paths and bodies', async () => {
    const before = (await eve.get(path)).body;
    for (const name of names) {
      const filter = `${name} eq "y"`;
      refused(await eve.list('/Users', { filter }), filter);
      refused(await eve.post('/Users/.search', { schemas: [SEARCH], filter }), filter);
      refused(await eve.list('/Users', { sortBy: name }), name);
      expect((await eve.list(path, { attributes: name })).status, name).to.equal(200);
      expect((await eve.list(path, { excludedAttributes: name })).status, name).to.equal(200);
      for (const op of ['add', 'replace', 'remove']) {
        refused(await eve.patch(path, [{ op, path: name, value: { x: 'y' } }]), `${op} ${name}`);
      }
      unpolluted(name);
    }
    const raw = `{"schemas":["${USER}"],"userName":"ada","title":"T","emails":[{"value":"ada@example.test","type":"work",
      "__proto__":{"x":"y"}}],"__proto__":{"x":"y","active":false},"constructor":{"prototype":{"x":"y"}}}`;
    const put = await eve.put(path, undefined, { raw });
    expect(put.status, put.text).to.equal(200);
    const value = JSON.parse(`{"__proto__":{"x":"y"},"constructor":{"prototype":{"x":"y"}}}`) as unknown;
    expect((await eve.patch(path, [{ op: 'add', value }])).status).to.equal(200);
    unpolluted('bodies');
    expect((await eve.get(path)).body).to.deep.equal(before);
  });

  it('cost no more than their length: unclosed quotes, parentheses by the thousand, conditions without end', async () => {
    for (const filter of [
      `userName eq "${many(28, '\n')}`,
      `userName eq "${many(28, '\\')}`,
      many(14, '(title eq "a" or title eq "b") and ') + 'userName eq "ada',
      many(4000, '('),
      many(2000, 'not ('),
      `${many(1000, '(')}userName pr${many(1000, ')')}`,
      many(300, 'userName pr and ') + 'userName pr',
      `${many(200, 'emails[')}value pr${many(200, ']')}`,
      `userName eq "${many(9000, 'a')}"`,
      many(8000, '"'),
      many(8000, ' '),
      many(4000, 'a.'),
    ]) {
      const answer = await eve.post('/Users/.search', { schemas: [SEARCH], filter });
      if (filter.trim() !== '')
        expect([answer.status, answer.body['scimType']], filter.slice(0, 40)).to.deep.equal([400, 'invalidFilter']);
      refused(await eve.patch(path, [{ op: 'remove', path: `emails[${filter.slice(0, 4000)}` }]), filter.slice(0, 40));
    }
    const right = many(14, '(title eq "a" or title eq "T") and ') + 'userName eq "ada"';
    expect((await eve.list('/Users', { filter: right })).body.totalResults).to.equal(1);
    const attributes = Array.from({ length: 5000 }, () => 'a');
    refused(await eve.post('/Users/.search', { schemas: [SEARCH], attributes }), 'attributes');
    const operations = Array.from({ length: 1001 }, () => ({ op: 'add', path: 'title', value: 'x' }));
    refused(await eve.patch(path, operations), 'operations');
  });

  it('change nothing that an answer leaves out', async () => {
    const answer = await eve.patch(`${path}?excludedAttributes=emails,title`, [
      { op: 'add', path: 'nickName', value: 'A' },
    ]);
    expect(answer.body).to.not.have.any.keys('emails', 'title');
    expect((await eve.get(path)).body).to.deep.include({
      title: 'T',
      nickName: 'A',
      emails: [{ value: 'ada@example.test', type: 'work' }],
    });
  });

  it('disable nobody by a filter that another reader takes for something else', async () => {
    for (const filter of [
      'active eq false',
      'not (active eq true or title eq "none")',
      '(active eq false or title eq "none") and not (userName eq "nobody")',
    ]) {
      expect((await eve.list('/Users', { filter })).body.totalResults, filter).to.equal(0);
    }
  });

  it('are no words at all where they are in another form than a request has', async () => {
    for (const body of [
      { schemas: [PATCH], Operations: { op: 'add', path: 'title', value: 'x' } },
      { schemas: [PATCH], Operations: [null] },
      { schemas: [PATCH], Operations: [{ op: ['add'], path: 'title', value: 'x' }] },
      { schemas: [PATCH], Operations: [{ op: 'add', path: { title: 1 }, value: 'x' }] },
      { schemas: PATCH, Operations: [{ op: 'add', path: 'title', value: 'x' }] },
      { Operations: [{ op: 'add', path: 'title', value: 'x' }] },
      { schemas: [PATCH], Operations: [{ op: 'move', path: 'title', value: 'x' }] },
      { schemas: [PATCH], Operations: [{ op: 'add', path: 'title', value: { deep: ['x'] } }] },
    ]) {
      refused(await eve.send('PATCH', path, { body }), JSON.stringify(body));
    }
    expect((await eve.get(path)).body['title']).to.equal('T');
  });
});
