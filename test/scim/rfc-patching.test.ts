import { expect } from 'chai';
import { MINUTE } from '../../src/kernel/clock.ts';
import { ENTERPRISE, PATCH, useProvisioner, USER } from '../support/scim.ts';
import type { Answer } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';
import { groupFrom, somebodyFrom } from './somebody.ts';

describe('RFC 7644, what is patched', () => {
  const world = useWorld();
  const client = useProvisioner(world);

  const somebody = somebodyFrom(client, 'patcher');
  const group = groupFrom(client, 'patcher');
  const fault = ({ status, body }: Answer): readonly unknown[] => [status, body['scimType']];

  it('a body of a PATCH needs its schema and one operation at least, each with one op of three', async () => {
    const { path } = await somebody();
    const send = async (body: unknown, raw?: string) =>
      fault(await client().send('PATCH', path, raw === undefined ? { body } : { raw }));
    const op = { op: 'add', path: 'title', value: 'x' };
    expect(await send({ Operations: [op] })).to.deep.equal([400, 'invalidSyntax']);
    expect(await send({ schemas: [USER], Operations: [op] })).to.deep.equal([400, 'invalidSyntax']);
    for (const Operations of [
      undefined,
      [],
      {},
      [{ path: 'title', value: 'x' }],
      [{ ...op, op: 'test' }],
      [{ ...op, op: 'move' }],
      [null],
    ]) {
      expect(await send({ schemas: [PATCH], Operations })).to.deep.equal([400, 'invalidSyntax']);
    }
    const twice = `{"schemas":["${PATCH}"],"Operations":[{"op":"add","op":"remove","path":"title","value":"x"}]}`;
    expect(await send(undefined, twice)).to.deep.equal([400, 'invalidSyntax']);
    const cased = twice.replace('"op":"remove"', '"OP":"remove"');
    expect(await send(undefined, cased)).to.deep.equal([400, 'invalidSyntax']);
    expect(await send({ schemas: [PATCH], Operations: [{ op: 'remove' }] })).to.deep.equal([400, 'noTarget']);
    expect(await send({ schemas: [PATCH], Operations: [{ op: 'add', path: 'title' }] })).to.deep.equal([
      400,
      'invalidValue',
    ]);
    expect((await client().get(path)).body).to.not.have.property('title');
  });

  it('a PATCH of what is read-only, or not of the type that it has to be, is refused and says why', async () => {
    const { path } = await somebody();
    for (const [name, value, scimType] of [
      ['id', 'mine', 'mutability'],
      ['meta.created', '2001-01-01T00:00:00Z', 'mutability'],
      ['groups', [{ value: 'x' }], 'mutability'],
      ['schemas', [ENTERPRISE], 'mutability'],
      ['active', 'perhaps', 'invalidValue'],
      ['title', { deep: 1 }, 'invalidValue'],
      ['title', 7, 'invalidValue'],
      ['name', 'text', 'invalidValue'],
      ['nothing', 'x', 'invalidPath'],
      ['emails[type eq', 'x', 'invalidPath'],
      ['emails[kind eq "x"].value', 'x', 'invalidFilter'],
      ['emails[0].value', 'x', 'invalidFilter'],
      ['emails/0/value', 'x', 'invalidPath'],
    ] as const) {
      const answer = await client().patch(path, [{ op: 'replace', path: name, value }]);
      expect(fault(answer), name).to.deep.equal([400, scimType]);
      expect(answer.body['detail'], name).to.be.a('string').and.not.equal('');
    }
  });

  it('an attribute under its URN brings its schema along, and takes it away with the last of them', async () => {
    const { path } = await somebody();
    const added = await client().patch(path, [{ op: 'add', path: `${ENTERPRISE}:department`, value: 'R&D' }]);
    expect(added.body['schemas']).to.have.members([USER, ENTERPRISE]);
    const removed = await client().patch(path, [{ op: 'remove', path: `${ENTERPRISE}:department` }]);
    expect(removed.body['schemas']).to.deep.equal([USER]);
    expect(removed.body).to.not.have.property(ENTERPRISE);
  });

  it('adding what is there changes neither the version nor when somebody was changed', async () => {
    const emails = [{ value: 'a@example.test', type: 'work', primary: true }];
    const { path, body } = await somebody({ title: 'Chief', emails });
    await world().later(MINUTE);
    const { body: after, status } = await client().patch(path, [
      { op: 'add', path: 'title', value: 'Chief' },
      { op: 'add', path: 'emails', value: emails },
      { op: 'add', value: { title: 'Chief' } },
    ]);
    expect(status).to.equal(200);
    expect(after.meta).to.deep.equal(body.meta);
    const other = await client().patch(path, [{ op: 'add', path: 'title', value: 'Head' }]);
    expect(Date.parse(other.body.meta.lastModified)).to.equal(Date.parse(body.meta.created) + MINUTE);
    expect(other.body.meta.created).to.equal(body.meta.created);
    const team = await group({ members: [{ value: body.id }] });
    const before = (await client().get(team)).body.meta;
    await world().later(MINUTE);
    expect((await client().patch(team, [{ op: 'add', path: 'members', value: [{ value: body.id }] }])).status).to.equal(
      204,
    );
    expect((await client().get(team)).body.meta).to.deep.equal(before);
  });

  it('removing a value, a sub-attribute, a selection or all of a list leaves nothing empty behind', async () => {
    const { path } = await somebody({
      title: 'x',
      name: { givenName: 'A' },
      emails: [
        { value: 'w@example.test', type: 'work' },
        { value: 'h@example.test', type: 'home' },
      ],
      phoneNumbers: [{ value: '1', type: 'work' }],
    });
    const gone = async (target: string) => (await client().patch(path, [{ op: 'remove', path: target }])).body;
    expect(await gone('title')).to.not.have.property('title');
    expect(await gone('name.givenName')).to.not.have.property('name');
    expect((await gone('emails[type eq "work"]'))['emails']).to.deep.equal([{ value: 'h@example.test', type: 'home' }]);
    expect((await gone('emails[type eq "home"].type'))['emails']).to.deep.equal([{ value: 'h@example.test' }]);
    expect(await gone('emails[value eq "h@example.test"]')).to.not.have.property('emails');
    expect(await gone('phoneNumbers')).to.not.have.property('phoneNumbers');
    for (const target of ['userName', 'id', 'groups', 'meta']) {
      expect(fault(await client().patch(path, [{ op: 'remove', path: target }])), target).to.deep.equal([
        400,
        'mutability',
      ]);
    }
    const team = await group();
    expect(fault(await client().patch(team, [{ op: 'remove', path: 'displayName' }]))).to.deep.equal([
      400,
      'mutability',
    ]);
  });

  it('replacing makes what is not there, replaces all that a filter meets, and merges what is complex', async () => {
    const { path } = await somebody({
      name: { givenName: 'A', familyName: 'B' },
      emails: [
        { value: 'a@example.test', type: 'work' },
        { value: 'b@example.test', type: 'work' },
        { value: 'c@example.test', type: 'home' },
      ],
    });
    const replaced = async (target: string, value: unknown) =>
      (await client().patch(path, [{ op: 'replace', path: target, value }])).body;
    expect(await replaced('nickName', 'Ace')).to.include({ nickName: 'Ace' });
    expect((await replaced('name', { familyName: 'C' }))['name']).to.deep.equal({ givenName: 'A', familyName: 'C' });
    expect((await replaced('emails[type eq "work"].display', 'Work'))['emails']).to.deep.equal([
      { value: 'a@example.test', type: 'work', display: 'Work' },
      { value: 'b@example.test', type: 'work', display: 'Work' },
      { value: 'c@example.test', type: 'home' },
    ]);
    expect((await replaced('emails', [{ value: 'd@example.test' }]))['emails']).to.deep.equal([
      { value: 'd@example.test' },
    ]);
    const none = await client().patch(path, [
      { op: 'replace', path: 'emails[value co "zzz"]', value: { value: 'e@x.test' } },
    ]);
    expect(fault(none)).to.deep.equal([400, 'noTarget']);
  });

  it('a failing operation undoes those before it, and the answer to a good PATCH is the resource or 204 with its tag', async () => {
    const { path, body } = await somebody();
    const failing = await client().patch(path, [
      { op: 'add', path: 'title', value: 'x' },
      { op: 'remove', path: 'userName' },
    ]);
    expect(fault(failing)).to.deep.equal([400, 'mutability']);
    expect((await client().get(path)).body).to.deep.equal(body);
    const team = await group();
    const silent = await client().patch(team, [{ op: 'add', path: 'members', value: [{ value: body.id }] }]);
    expect([silent.status, silent.text]).to.deep.equal([204, '']);
    expect(silent.headers.etag).to.equal((await client().get(team)).headers.etag);
    for (const query of ['attributes=displayName', 'ATTRIBUTES=id', 'attributes=']) {
      const told = await client().patch(`${team}?${query}`, [
        { op: 'replace', path: 'displayName', value: 'called anew' },
      ]);
      expect(told.status, query).to.equal(200);
      expect(told.body.id, query).to.equal((await client().get(team)).body.id);
    }
  });
});
