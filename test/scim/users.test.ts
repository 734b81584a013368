import { expect } from 'chai';
import { onEveryEngine } from '../support/engines.ts';
import { ENTERPRISE, useProvisioners, USER } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';
import { somebodyFrom } from './somebody.ts';

onEveryEngine('people over SCIM', (engine) => {
  const world = useWorld({ store: engine });
  const { entra, okta } = useProvisioners(world);

  const somebody = somebodyFrom(entra, 'user');

  describe('are created', () => {
    it('with 201, a Location, an ETag, and everything that was understood', async () => {
      const { body, headers } = await somebody({
        id: 'chosen-by-the-client',
        meta: { version: 'forged', created: '1999-01-01T00:00:00Z' },
        groups: [{ value: 'administrators' }],
        externalId: 'x-1',
        ACTIVE: 'True',
        displayName: null,
        nickName: '',
        emails: [{ value: 'a@example.test', type: 'work', primary: 'true' }],
        phoneNumbers: [],
        unknown: { deep: [1] },
        [ENTERPRISE]: { department: 'R&D', manager: { value: 'm-1' } },
        'urn:ietf:params:scim:schemas:extension:ADSCIM:2.0:Group': { x: 1 },
      });
      expect(body.id).to.not.equal('chosen-by-the-client');
      expect(headers.location).to.equal(`${entra().base}/Users/${body.id}`);
      expect(headers.etag).to.equal('W/"1"');
      expect(body).to.deep.include({
        schemas: [USER, ENTERPRISE],
        externalId: 'x-1',
        active: true,
        emails: [{ value: 'a@example.test', type: 'work', primary: true }],
      });
      expect(body.meta).to.include({ resourceType: 'User', version: 'W/"1"', location: headers.location });
      expect(body).to.not.have.any.keys('displayName', 'nickName', 'phoneNumbers', 'groups', 'unknown', 'password');
      expect(body).to.have.nested.property(`${ENTERPRISE.replaceAll('.', '\\.')}.department`, 'R&D');
    });

    it('not without a user name, nor with values of another type', async () => {
      for (const given of [
        {},
        { userName: '' },
        { userName: 7 },
        { userName: 'x', active: 'maybe' },
        { userName: 'x', emails: 'no address' },
        { userName: 'a\u0000b' },
        { userName: 'x', title: '\ud800' },
      ]) {
        const { status, body } = await entra().post('/Users', { schemas: [USER], ...given });
        expect([status, body['scimType']], JSON.stringify(given)).to.deep.equal([400, 'invalidValue']);
      }
    });

    it('once for each user name, whatever its case, of 50 that ask at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, at) => entra().user(at % 2 === 0 ? 'wanted' : 'WANTED')),
      );
      expect(answers.filter(({ status }) => status === 201)).to.have.length(1);
      for (const { status, body } of answers.filter((each) => each.status !== 201)) {
        expect([status, body['scimType']]).to.deep.equal([409, 'uniqueness']);
      }
    });

    it('once for each external id of a client, which another client may use as well', async () => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, at) => entra().user(`shared${String(at)}`, { externalId: 'one-id' })),
      );
      expect(answers.filter(({ status }) => status === 201)).to.have.length(1);
      expect(answers.filter(({ body }) => body['scimType'] === 'uniqueness')).to.have.length(9);
      expect((await okta().user('of-okta', { externalId: 'one-id' })).status).to.equal(201);
    });
  });

  describe('are read', () => {
    it('with 304 where the client has what it would be given, and anew once anything changed', async () => {
      const { path, body } = await somebody();
      const known = { 'if-none-match': body.meta.version };
      expect((await entra().get(path, { headers: known })).status).to.equal(304);
      expect((await entra().get(path, { headers: { 'if-none-match': 'W/"x", *' } })).status).to.equal(200);
      await entra().patch(path, [{ op: 'add', path: 'title', value: 'Chief' }]);
      expect((await entra().get(path, { headers: known })).status).to.equal(200);
    });

    it('with their groups, right at once, also by their ETag', async () => {
      const w = world();
      const { directory, store } = w.app.foundation;
      const { path, body } = await somebody();
      const by = { actor: 'cli' };
      const { group: made, changes } = directory.groups.creating({ displayName: `team of ${body.id}` }, by);
      const outer = directory.groups.creating({ displayName: `all of ${body.id}` }, by);
      await store.commit([...changes, ...outer.changes]);
      const [group, above, person] = await Promise.all([
        directory.groups.byId(made.id),
        directory.groups.byId(outer.group.id),
        directory.people.byId(body.id),
      ]);
      if (!group || !above || !person) throw new Error('not all are there');
      await store.commit(directory.groups.adding(group, person, by));
      await store.commit(await directory.groups.nesting(above, group, by));
      const member = await entra().get(path, { headers: { 'if-none-match': body.meta.version } });
      expect(member.status).to.equal(200);
      expect(member.body['groups']).to.have.deep.members([
        { value: made.id, $ref: `${entra().base}/Groups/${made.id}`, display: made.displayName, type: 'direct' },
        {
          value: outer.group.id,
          $ref: `${entra().base}/Groups/${outer.group.id}`,
          display: outer.group.displayName,
          type: 'indirect',
        },
      ]);
      const found = await entra().list('/Users', { filter: `groups.value eq "${made.id}"` });
      expect(found.body.Resources.map(({ id }) => id)).to.deep.equal([body.id]);
      await store.commit(directory.groups.removing(group, person, by));
      expect((await entra().get(path)).body).to.not.have.property('groups');
    });

    it('as far as the client asks for it', async () => {
      const { path, body } = await somebody({
        name: { givenName: 'A', familyName: 'B' },
        emails: [{ value: 'p@example.test', type: 'work' }],
        title: 'T',
        [ENTERPRISE]: { department: 'R&D', costCenter: '7' },
      });
      const urn = `${ENTERPRISE}:department`;
      const some = await entra().get(`${path}?attributes=${encodeURIComponent(`USERNAME,name.familyName,${urn}`)}`);
      expect(some.body).to.deep.equal({
        schemas: [USER, ENTERPRISE],
        id: body.id,
        userName: body['userName'],
        name: { familyName: 'B' },
        [ENTERPRISE]: { department: 'R&D' },
      });
      const others = await entra().get(`${path}?excludedAttributes=id,emails.type,name,${USER}:title,meta`);
      expect(others.body.id).to.equal(body.id);
      expect(others.body['emails']).to.deep.equal([{ value: 'p@example.test' }]);
      expect(others.body).to.not.have.any.keys('name', 'title', 'meta');
      const both = await entra().get(`${path}?attributes=id&excludedAttributes=name`);
      expect([both.status, both.body['scimType']]).to.deep.equal([400, 'invalidValue']);
    });
  });

  describe('are written', () => {
    it('by PUT, which replaces all that it may, keeps what it must, and creates nobody', async () => {
      const { path, body, userName } = await somebody({ title: 'Old', active: false, nickName: 'N' });
      const answer = await entra().put(path, {
        schemas: [USER],
        id: 'another',
        userName: userName.toUpperCase(),
        title: 'New',
        meta: { version: 'x' },
      });
      expect(answer.status, answer.text).to.equal(200);
      expect(answer.body).to.deep.include({
        id: body.id,
        userName: userName.toUpperCase(),
        title: 'New',
        active: false,
      });
      expect(answer.body).to.not.have.property('nickName');
      expect(answer.headers.etag).to.equal('W/"2"');
      expect((await entra().put(path, { schemas: [USER], title: 'x' })).body['scimType']).to.equal('invalidValue');
      expect((await entra().put('/Users/nobody', { schemas: [USER], userName: 'nobody' })).status).to.equal(404);
      expect((await entra().list('/Users', { filter: 'userName eq "nobody"' })).body.totalResults).to.equal(0);
    });

    it('by PATCH, whole or not at all', async () => {
      const { path, body } = await somebody({ title: 'T' });
      const answer = await entra().patch(path, [
        { op: 'replace', path: 'title', value: 'changed' },
        { op: 'remove', path: 'userName' },
      ]);
      expect([answer.status, answer.body['scimType']]).to.deep.equal([400, 'mutability']);
      expect((await entra().get(path)).body).to.deep.equal(body);
      expect((await entra().patch('/Users/nobody', [{ op: 'add', path: 'title', value: 'x' }])).status).to.equal(404);
      const shaped = await entra().patch(`${path}?attributes=title`, [{ op: 'add', path: 'nickName', value: 'N' }]);
      expect(Object.keys(shaped.body)).to.have.members(['schemas', 'id', 'title']);
      expect((await entra().get(path)).body).to.deep.include({ title: 'T', nickName: 'N' });
    });

    it('by 40 PATCHes at once, none of which is lost', async () => {
      const { path } = await somebody();
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, at) =>
          entra().patch(path, [{ op: 'add', path: 'roles', value: [{ value: `role${String(at)}` }] }]),
        ),
      );
      expect(answers.map(({ status }) => status)).to.deep.equal(Array(40).fill(200));
      expect((await entra().get(path)).body['roles']).to.have.length(40);
    });

    it('only as they were read, where the client says so by If-Match', async () => {
      const { path, body } = await somebody();
      const stale = { headers: { 'if-match': body.meta.version } };
      const changed = await entra().patch(path, [{ op: 'add', path: 'title', value: 'x' }], stale);
      expect(changed.status).to.equal(200);
      const put = { schemas: [USER], userName: body['userName'] };
      expect((await entra().put(path, put, stale)).status).to.equal(412);
      expect((await entra().patch(path, [{ op: 'remove', path: 'title' }], stale)).status).to.equal(412);
      expect((await entra().delete(path, stale)).status).to.equal(412);
      expect((await entra().put(path, put, { headers: { 'if-match': '"2"' } })).status).to.equal(200);
      expect((await entra().delete(path, { headers: { 'if-match': 'W/"1", *' } })).status).to.equal(412);
      expect((await entra().delete(path, { headers: { 'if-match': '*' } })).status).to.equal(204);
      expect((await entra().delete(path, { headers: { 'if-match': '*' } })).status).to.equal(404);
    });

    it('with a user name that nobody else has', async () => {
      const first = await somebody();
      const second = await somebody();
      const taken = await entra().patch(second.path, [
        { op: 'replace', path: 'userName', value: first.userName.toUpperCase() },
      ]);
      expect([taken.status, taken.body['scimType']]).to.deep.equal([409, 'uniqueness']);
      const put = await entra().put(second.path, { schemas: [USER], userName: first.userName });
      expect([put.status, put.body['scimType']]).to.deep.equal([409, 'uniqueness']);
    });

    it('with an external id that becomes free for others when it changes', async () => {
      const { path } = await somebody({ externalId: 'first' });
      const other = await somebody();
      const taking = () => entra().patch(other.path, [{ op: 'add', path: 'externalId', value: 'first' }]);
      expect((await taking()).body['scimType']).to.equal('uniqueness');
      await entra().patch(path, [{ op: 'replace', path: 'externalId', value: 'second' }]);
      expect((await taking()).status).to.equal(200);
      expect((await entra().user('late', { externalId: 'second' })).body['scimType']).to.equal('uniqueness');
    });

    it('and keep their version where nothing changes', async () => {
      const { path, body } = await somebody({ title: 'T' });
      const same = await entra().patch(path, [{ op: 'replace', path: 'title', value: 'T' }]);
      expect([same.status, same.body.meta]).to.deep.equal([200, body.meta]);
    });
  });

  describe('belong to the client that brought them', () => {
    it('and no other changes or deletes them, by 403 with the reason', async () => {
      const { path, userName } = await somebody();
      for (const answer of [
        await okta().put(path, { schemas: [USER], userName }),
        await okta().patch(path, [{ op: 'replace', path: 'active', value: false }]),
        await okta().delete(path),
      ]) {
        expect(answer.status).to.equal(403);
        expect(answer.body['detail']).to.contain('scim:entra');
      }
      expect((await okta().get(path)).body['active']).to.equal(true);
    });

    it('and their external id is found and seen by that client alone', async () => {
      const { path, body } = await somebody({ externalId: 'private-to-entra' });
      const filter = { filter: 'externalId eq "private-to-entra"' };
      expect((await okta().get(path)).body).to.not.have.property('externalId');
      expect((await okta().list('/Users', filter)).body.totalResults).to.equal(0);
      expect(
        (await okta().list('/Users', { filter: `externalId pr and id eq "${body.id}"` })).body.totalResults,
      ).to.equal(0);
      expect((await entra().list('/Users', filter)).body.Resources.map(({ id }) => id)).to.deep.equal([body.id]);
      const others = { filter: `not (externalId eq "private-to-entra") and id eq "${body.id}"` };
      expect((await okta().list('/Users', others)).body.totalResults).to.equal(1);
      const unequal = { filter: `externalId ne "private-to-entra" and id eq "${body.id}"` };
      expect((await okta().list('/Users', unequal)).body.totalResults).to.equal(1);
      expect((await entra().list('/Users', unequal)).body.totalResults).to.equal(0);
    });

    it('while people made here by others belong to none', async () => {
      const local = await world().person('local');
      const answer = await entra().patch(`/Users/${local.id}`, [{ op: 'replace', path: 'active', value: false }]);
      expect(answer.status).to.equal(403);
      expect((await entra().delete(`/Users/${local.id}`)).status).to.equal(403);
    });
  });
});
