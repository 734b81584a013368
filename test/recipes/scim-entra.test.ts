import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import { ENTERPRISE, provisioner, USER } from '../support/scim.ts';
import type { Answer, Provisioner } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';

/** What Entra ID sends of somebody, as its default mapping makes it. */
const asEntraSends = (name: string, department = 'R&D') => ({
  schemas: [USER, ENTERPRISE],
  externalId: name,
  userName: `${name}@contoso.example`,
  active: true,
  displayName: `${name} of Contoso`,
  emails: [{ primary: true, type: 'work', value: `${name}@contoso.example` }],
  meta: { resourceType: 'User' },
  name: { formatted: `${name} Example`, familyName: 'Example', givenName: name },
  roles: [],
  [ENTERPRISE]: { department },
});

const expectStatus = (answer: Answer, status: number): Answer => {
  expect(answer.status, answer.text).to.equal(status);
  return answer;
};

onEveryEngine('Entra ID provisions', (engine) => {
  const world = useWorld({ store: engine });
  let entra: Provisioner;
  before(async () => {
    entra = await provisioner(world());
  });
  after(() => {
    entra[Symbol.dispose]();
  });

  const find = (filter: string): Promise<Answer> => entra.list('/Users', { filter });

  /** As a cycle finds somebody who is not there, and makes them. */
  const provision = async (name: string): Promise<string> => {
    const before = expectStatus(await find(`userName eq "${name}@contoso.example"`), 200);
    expect(before.body.totalResults).to.equal(0);
    const created = expectStatus(await entra.post('/Users', asEntraSends(name)), 201);
    const got = expectStatus(await entra.get(`/Users/${created.body.id}`), 200);
    expect(got.body).to.deep.equal(created.body);
    return created.body.id;
  };

  it('and tests the connection by somebody who cannot be there', async () => {
    const { status, body } = await find(`userName eq "${randomUUID()}"`);
    expect([status, body.totalResults, body.Resources]).to.deep.equal([200, 0, []]);
    const flagged = await entra.get(`/Users?aadOptscim062020&filter=userName+eq+%22${randomUUID()}%22`);
    expect([flagged.status, flagged.body.totalResults]).to.deep.equal([200, 0]);
  });

  it('people by their name, their external id or their mail of work, and finds them again by each', async () => {
    const id = await provision('ada');
    for (const filter of [
      'userName eq "ada@contoso.example"',
      'externalId eq "ada"',
      'emails[type eq "work"].value eq "ADA@contoso.example"',
      'emails[type eq "work" and value eq "ada@contoso.example"]',
    ]) {
      expect(
        (await find(filter)).body.Resources.map((one) => one.id),
        filter,
      ).to.deep.equal([id]);
    }
    const shaped = await entra.list('/Users', {
      filter: 'externalId eq "ada"',
      attributes: `id,externalId,userName,active,emails[type eq "work"].value`,
    });
    expect(shaped.body.Resources[0]).to.include({ id, externalId: 'ada' });
  });

  it('changes, as it does without the flag aadOptscim062020', async () => {
    const id = await provision('bea');
    const answer = await entra.patch(`/Users/${id}`, [
      { op: 'Replace', path: 'displayName', value: 'Bea B.' },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'bea.b@contoso.example' },
      { op: 'Add', path: 'name.givenName', value: 'Beatrix' },
      { op: 'Add', path: `${ENTERPRISE}:manager`, value: 'the-id-of-a-manager' },
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+49 30 1234567' },
      { op: 'Add', path: 'addresses[type eq "work"].locality', value: 'Berlin' },
      { op: 'Replace', path: `${USER}:title`, value: 'Chief' },
      { op: 'Replace', path: `${ENTERPRISE}:department`, value: 'Sales' },
    ]);
    expectStatus(answer, 200);
    expect(answer.body).to.deep.include({
      displayName: 'Bea B.',
      title: 'Chief',
      name: { formatted: 'bea Example', familyName: 'Example', givenName: 'Beatrix' },
      emails: [{ value: 'bea.b@contoso.example', type: 'work', primary: true }],
      phoneNumbers: [{ value: '+49 30 1234567', type: 'mobile' }],
      addresses: [{ type: 'work', locality: 'Berlin' }],
      [ENTERPRISE]: {
        department: 'Sales',
        manager: { value: 'the-id-of-a-manager', $ref: `${entra.base}/Users/the-id-of-a-manager` },
      },
    });
  });

  it('changes, as it does with the flag aadOptscim062020: path-less, with dotted and qualified names', async () => {
    const id = await provision('cleo');
    const answer = await entra.patch(`/Users/${id}`, [
      {
        op: 'replace',
        value: {
          displayName: 'Cleo C.',
          'name.familyName': 'Changed',
          active: true,
          'emails[type eq "work"].value': 'cleo.c@contoso.example',
          [`${ENTERPRISE}:department`]: 'Sales',
        },
      },
      { op: 'remove', path: 'emails[type eq "other"]' },
    ]);
    expectStatus(answer, 200);
    expect(answer.body).to.deep.include({ displayName: 'Cleo C.', [ENTERPRISE]: { department: 'Sales' } });
    expect(answer.body).to.have.nested.property('name.familyName', 'Changed');
    expect(answer.body).to.have.nested.property('emails[0].value', 'cleo.c@contoso.example');
  });

  it('a soft deletion by "False", or by false, and takes it back', async () => {
    const id = await provision('dora');
    for (const [value, active] of [
      ['False', false],
      ['True', true],
      [false, false],
      [true, true],
    ] as const) {
      const answer = await entra.patch(`/Users/${id}`, [{ op: 'Replace', path: 'active', value }]);
      expect([expectStatus(answer, 200).body['active'], value]).to.deep.equal([active, value]);
    }
    const pathless = await entra.patch(`/Users/${id}`, [{ op: 'replace', value: { active: false } }]);
    expect(pathless.body['active']).to.equal(false);
    expect((await find('userName eq "dora@contoso.example"')).body.Resources[0]).to.include({ active: false });
  });

  it('a hard deletion after the soft one, and the same person again within 30 days', async () => {
    const id = await provision('emma');
    await entra.patch(`/Users/${id}`, [{ op: 'Replace', path: 'active', value: 'False' }]);
    expectStatus(await entra.delete(`/Users/${id}`), 204);
    expectStatus(await entra.get(`/Users/${id}`), 404);
    expectStatus(await entra.delete(`/Users/${id}`), 404);
    expect((await find('externalId eq "emma"')).body.totalResults).to.equal(0);
    await world().settle();
    expect((await entra.post('/Users', asEntraSends('emma'))).body.id).to.equal(id);
  });

  it('1,000 requests in a minute, 25 at once, without being slowed down', async () => {
    const id = await provision('fay');
    const statuses = new Set<number>();
    for (let round = 0; round < 40; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 25 }, (_, at) =>
          at % 5 === 0
            ? entra.patch(`/Users/${id}`, [{ op: 'Replace', path: 'title', value: `${String(round)} ${String(at)}` }])
            : find('userName eq "fay@contoso.example"'),
        ),
      );
      for (const { status } of answers) statuses.add(status);
    }
    expect([...statuses]).to.deep.equal([200]);
  });
});
