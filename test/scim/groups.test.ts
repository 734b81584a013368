import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import { GROUP, useProvisioners } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';

interface Member {
  readonly value: string;
  readonly type?: string;
  readonly display?: string;
  readonly $ref?: string;
}

onEveryEngine('groups over SCIM', (engine) => {
  const world = useWorld({ store: engine });
  const { entra, okta } = useProvisioners(world);

  let count = 0;
  const unused = (name: string): string => {
    count += 1;
    return `${name}-${String(count)}`;
  };

  const person = async (): Promise<string> => {
    const { body, status, text } = await entra().user(unused('member'));
    expect(status, text).to.equal(201);
    return body.id;
  };

  const group = async (attributes: Readonly<Record<string, unknown>> = {}, client = entra()): Promise<string> => {
    const { body, status, text } = await client.post('/Groups', {
      schemas: [GROUP],
      displayName: unused('Group'),
      ...attributes,
    });
    expect(status, text).to.equal(201);
    return body.id;
  };

  const patch = (id: string, ...Operations: readonly unknown[]) => entra().patch(`/Groups/${id}`, Operations);

  const membersOf = async (id: string): Promise<readonly string[]> => {
    const { body } = await entra().get(`/Groups/${id}`);
    return ((body['members'] ?? []) as readonly Member[]).map(({ value }) => value);
  };

  it('are created with the members that come along, each with kind, name and address', async () => {
    const [alice, inner] = [await person(), await group({ displayName: 'Inner' })];
    const made = await entra().post('/Groups', {
      schemas: [GROUP],
      displayName: 'Outer',
      externalId: unused('x'),
      members: [{ value: alice, display: 'not their name' }, { value: inner }, { value: alice }],
    });
    expect(made.status, made.text).to.equal(201);
    const members = made.body['members'] as readonly Member[];
    expect(members).to.have.length(2);
    expect(members.find(({ value }) => value === alice)).to.include({
      type: 'User',
      $ref: `${entra().base}/Users/${alice}`,
    });
    expect(members.find(({ value }) => value === inner)).to.deep.equal({
      value: inner,
      display: 'Inner',
      type: 'Group',
      $ref: `${entra().base}/Groups/${inner}`,
    });
    expect(made.headers.location).to.equal(`${entra().base}/Groups/${made.body.id}`);
    expect(made.headers.etag).to.equal('W/"2"');
  });

  it('are refused with members whom nobody knows, and then nothing of them is there', async () => {
    const displayName = unused('Ghosts');
    const { status, body } = await entra().post('/Groups', {
      schemas: [GROUP],
      displayName,
      members: [{ value: await person() }, { value: 'nobody' }],
    });
    expect([status, body['scimType']]).to.deep.equal([400, 'invalidValue']);
    const found = await entra().get(`/Groups?filter=${encodeURIComponent(`displayName eq "${displayName}"`)}`);
    expect(found.body['totalResults']).to.equal(0);
    const id = await group();
    const added = await patch(id, {
      op: 'add',
      path: 'members',
      value: [{ value: await person() }, { value: 'nobody' }],
    });
    expect(added.status).to.equal(400);
    expect(await membersOf(id)).to.deep.equal([]);
  });

  it('take members in and let them go, and adding one who is there or removing one who is not is no error', async () => {
    const [id, a, b] = [await group(), await person(), await person()];
    for (const value of [[{ value: a }, { value: b }], [{ value: a }]]) {
      expect((await patch(id, { op: 'Add', path: 'members', value })).status).to.equal(204);
    }
    expect(await membersOf(id)).to.have.members([a, b]);
    expect((await patch(id, { op: 'remove', path: `members[value eq "${a}"]` })).status).to.equal(204);
    expect((await patch(id, { op: 'remove', path: 'members', value: [{ value: a, display: 'x' }] })).status).to.equal(
      204,
    );
    expect(await membersOf(id)).to.deep.equal([b]);
    expect((await patch(id, { op: 'replace', path: 'members', value: [{ value: a }] })).status).to.equal(204);
    expect(await membersOf(id)).to.deep.equal([a]);
    expect((await patch(id, { op: 'remove', path: 'members' })).status).to.equal(204);
    expect(await membersOf(id)).to.deep.equal([]);
  });

  it('lose none of 50 members that are added one by one at once', async () => {
    const id = await group();
    const people = await Promise.all(Array.from({ length: 50 }, person));
    const answers = await Promise.all(
      people.map((value) => patch(id, { op: 'add', path: 'members', value: [{ value }] })),
    );
    expect(answers.map(({ status }) => status)).to.deep.equal(people.map(() => 204));
    expect(await membersOf(id)).to.have.members(people);
  });

  it('keep their members where a patch shows none of them', async () => {
    const [id, a, b] = [await group(), await person(), await person()];
    await patch(id, { op: 'add', path: 'members', value: [{ value: a }] });
    const answer = await entra().patch(`/Groups/${id}?excludedAttributes=members`, [
      { op: 'add', path: 'members', value: [{ value: b }] },
    ]);
    expect(answer.status).to.equal(200);
    expect(answer.body).to.not.have.property('members');
    expect(await membersOf(id)).to.have.members([a, b]);
  });

  it('have another version with every member, and refuse who has seen an older one', async () => {
    const [id, a] = [await group(), await person()];
    const before = (await entra().get(`/Groups/${id}`)).headers.etag ?? '';
    const added = await patch(id, { op: 'add', path: 'members', value: [{ value: a }] });
    expect(added.headers.etag)
      .to.equal((await entra().get(`/Groups/${id}`)).headers.etag)
      .and.not.equal(before);
    const late = await entra().patch(`/Groups/${id}`, [{ op: 'remove', path: 'members' }], {
      headers: { 'if-match': before },
    });
    expect(late.status).to.equal(412);
    expect(await membersOf(id)).to.deep.equal([a]);
    expect((await entra().get(`/Groups/${id}`, { headers: { 'if-none-match': added.headers.etag } })).status).to.equal(
      304,
    );
  });

  it('are right at once in the groups of a person, of groups in groups too, and gone with them', async () => {
    const [inner, a] = [await group({ displayName: 'Desk' }), await person()];
    const outer = await group({ displayName: 'House', members: [{ value: inner }] });
    await patch(inner, { op: 'add', path: 'members', value: [{ value: a }] });
    const of = async () => {
      const { body } = await entra().get(`/Users/${a}`);
      return ((body['groups'] ?? []) as readonly Member[]).map(({ value, type }) => `${value} ${String(type)}`);
    };
    expect(await of()).to.have.members([`${inner} direct`, `${outer} indirect`]);
    const account = await world().app.foundation.directory.accounts.byId(a);
    expect(account?.groups).to.have.members(['Desk', 'House']);
    expect((await entra().delete(`/Groups/${inner}`)).status).to.equal(204);
    expect(await of()).to.deep.equal([]);
    expect((await entra().get(`/Groups/${inner}`)).status).to.equal(404);
  });

  it('do not hold themselves, directly or through others', async () => {
    const inner = await group();
    const outer = await group({ members: [{ value: inner }] });
    for (const [id, value] of [
      [inner, inner],
      [inner, outer],
    ] as const) {
      const { status, body } = await patch(id, { op: 'add', path: 'members', value: [{ value }] });
      expect([status, body['scimType']]).to.deep.equal([400, 'invalidValue']);
    }
  });

  it('lose the members that are deleted', async () => {
    const [a, b] = [await person(), await person()];
    const id = await group({ members: [{ value: a }, { value: b }] });
    await entra().delete(`/Users/${a}`);
    expect(await membersOf(id)).to.deep.equal([b]);
  });

  it('are found by name without regard to case, by member and by the external id of their own client', async () => {
    const [a, externalId] = [await person(), unused('ext')];
    const displayName = unused('Überblick');
    const id = await group({ displayName, externalId, members: [{ value: a }] });
    const found = async (filter: string, client = entra()) => {
      const { body } = await client.get(`/Groups?excludedAttributes=members&filter=${encodeURIComponent(filter)}`);
      return (body['Resources'] as readonly { readonly id: string }[]).map((one) => one.id);
    };
    expect(await found(`displayName eq "${displayName.toUpperCase()}"`)).to.deep.equal([id]);
    expect(await found(`members.value eq "${a}"`)).to.deep.equal([id]);
    expect(await found(`members[value eq "${a}"] and displayName sw "über"`)).to.deep.equal([id]);
    expect(await found(`externalId eq "${externalId}"`)).to.deep.equal([id]);
    expect(await found(`externalId eq "${externalId}"`, okta())).to.deep.equal([]);
  });

  it('are one for each external id of a client, which another client may use as well', async () => {
    const externalId = unused('ext');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => entra().post('/Groups', { schemas: [GROUP], displayName: 'Same', externalId })),
    );
    expect(answers.filter(({ status }) => status === 201)).to.have.length(1);
    for (const { status, body } of answers.filter((each) => each.status !== 201)) {
      expect([status, body['scimType']]).to.deep.equal([409, 'uniqueness']);
    }
    await group({ externalId }, okta());
  });

  it('belong to one source: nobody else writes them, and anybody reads them', async () => {
    const id = await group();
    for (const answer of [
      await okta().patch(`/Groups/${id}`, [{ op: 'remove', path: 'members' }]),
      await okta().put(`/Groups/${id}`, { schemas: [GROUP], displayName: 'Mine' }),
      await okta().delete(`/Groups/${id}`),
    ]) {
      expect(answer.status).to.equal(403);
    }
    expect((await okta().get(`/Groups/${id}`)).status).to.equal(200);
  });

  it('are renamed and replaced whole, and a PUT without members leaves none', async () => {
    const id = await group({ members: [{ value: await person() }] });
    const b = await person();
    const put = await entra().put(`/Groups/${id}`, { schemas: [GROUP], displayName: 'Other', members: [{ value: b }] });
    expect([put.status, put.body['displayName']]).to.deep.equal([200, 'Other']);
    expect(await membersOf(id)).to.deep.equal([b]);
    const renamed = await patch(id, { op: 'replace', value: { id, displayName: 'Third' } });
    expect(renamed.status).to.equal(204);
    const emptied = await entra().put(`/Groups/${id}`, { schemas: [GROUP], displayName: 'Third' });
    expect(emptied.body).to.not.have.property('members');
    expect(emptied.body['displayName']).to.equal('Third');
  });

  it('do all of a patch or nothing of it', async () => {
    const [id, a] = [await group({ displayName: 'Whole' }), await person()];
    const { status } = await patch(
      id,
      { op: 'add', path: 'members', value: [{ value: a }] },
      { op: 'replace', path: 'displayName', value: 'Changed' },
      { op: 'remove', path: 'displayName' },
    );
    expect(status).to.equal(400);
    expect(await membersOf(id)).to.deep.equal([]);
    expect((await entra().get(`/Groups/${id}`)).body['displayName']).to.equal('Whole');
  });
});
