import { expect } from 'chai';
import { Person } from '../support/person.ts';
import { onEveryEngine } from '../support/engines.ts';
import { LIST, provisioner, USER } from '../support/scim.ts';
import type { Answer, Provisioner } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';

/** What Okta sends of somebody. */
const asOktaSends = (name: string) => ({
  schemas: [USER],
  userName: `${name}@okta.example`,
  name: { givenName: name, familyName: 'Example' },
  emails: [{ primary: true, value: `${name}@okta.example`, type: 'work' }],
  displayName: `${name} Example`,
  locale: 'en-US',
  externalId: `00u${name}`,
  groups: [],
  password: `1mz050nq-c7wx for ${name}`,
  active: true,
});

const expectStatus = (answer: Answer, status: number): Answer => {
  expect(answer.status, answer.text).to.equal(status);
  return answer;
};

onEveryEngine('Okta provisions', (engine) => {
  const world = useWorld({
    store: engine,
    config: { plugins: { scim: { passwords: true } } },
    sspr: { scope: 'none' },
  });
  let okta: Provisioner;
  before(async () => {
    okta = await provisioner(world(), { name: 'okta' });
  });
  after(() => {
    okta[Symbol.dispose]();
  });

  const provision = async (name: string): Promise<string> => {
    const filter = `userName eq "${name}@okta.example"`;
    const before = expectStatus(await okta.list('/Users', { filter, startIndex: 1, count: 100 }), 200);
    expect(before.body).to.deep.equal({
      schemas: [LIST],
      totalResults: 0,
      startIndex: 1,
      itemsPerPage: 0,
      Resources: [],
    });
    return expectStatus(await okta.post('/Users', asOktaSends(name)), 201).body.id;
  };

  it('and tests the connection by a page of two', async () => {
    const { status, body } = await okta.list('/Users', { startIndex: 1, count: 2 });
    expect(status).to.equal(200);
    expect(body['schemas']).to.deep.equal([LIST]);
  });

  it('people with a password of theirs, by which they sign in', async () => {
    const w = world();
    const id = await provision('ada');
    const known = { id, userName: 'ada@okta.example', mail: 'ada@okta.example', alternateMail: '' };
    const ada = Person.known(w, { ...known, password: '1mz050nq-c7wx for ada' }, w.browser());
    await ada.signsIn();
    expect(ada.outcome()).to.have.nested.property('claims.sub', id);
  });

  it('changes by GET and PUT of what it read', async () => {
    const id = await provision('bea');
    const got = expectStatus(await okta.get(`/Users/${id}`), 200);
    const put = expectStatus(await okta.put(`/Users/${id}`, { ...got.body, displayName: 'Bea B.', groups: [] }), 200);
    expect(put.body).to.include({ id, displayName: 'Bea B.', externalId: '00ubea' });
    expect(put.body['emails']).to.deep.equal(got.body['emails']);
    const same = expectStatus(await okta.put(`/Users/${id}`, put.body), 200);
    expect(same.body.meta).to.deep.equal(put.body.meta);
  });

  it('an end of access by a path-less {active: false}, wants a body back, and takes it back', async () => {
    const id = await provision('cleo');
    for (const active of [false, true]) {
      const { body } = expectStatus(await okta.patch(`/Users/${id}`, [{ op: 'replace', value: { active } }]), 200);
      expect(body).to.deep.include({ id, active, userName: 'cleo@okta.example' });
    }
  });

  it('another password alone', async () => {
    const w = world();
    const id = await provision('dora');
    const operations = [{ op: 'replace', value: { password: 'teal harbour for dora' } }];
    const { body } = expectStatus(await okta.patch(`/Users/${id}`, operations), 200);
    expect(body).to.not.have.property('password');
    const { accounts, passwords } = w.app.foundation.directory;
    const account = await accounts.byId(id);
    expect(account && (await passwords.verify(account, 'teal harbour for dora'))).to.deep.equal({ outcome: 'right' });
  });

  it('an import, page after page by index', async () => {
    for (const name of ['p1', 'p2', 'p3', 'p4', 'p5']) await provision(name);
    const ids = new Set<string>();
    let total = Infinity;
    for (let startIndex = 1; startIndex <= total; startIndex += 2) {
      const { body } = expectStatus(await okta.list('/Users', { startIndex, count: 2 }), 200);
      total = body.totalResults;
      expect(body['startIndex']).to.equal(startIndex);
      for (const { id } of body.Resources) ids.add(id);
    }
    expect(ids.size).to.equal(total);
    expect(total).to.be.at.least(5);
  });

  it('somebody who is there already, which is told by 409', async () => {
    await provision('emma');
    const again = await okta.post('/Users', { ...asOktaSends('emma'), externalId: 'another' });
    expect([again.status, again.body['scimType']]).to.deep.equal([409, 'uniqueness']);
  });
});
