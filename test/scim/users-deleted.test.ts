import { expect } from 'chai';
import { membershipId, memberships } from '../../src/directory/group.ts';
import { tombstones } from '../../src/directory/person.ts';
import { DAY, MINUTE } from '../../src/kernel/clock.ts';
import { eq } from '../../src/store/query.ts';
import { onEveryEngine } from '../support/engines.ts';
import { GROUP, useProvisioners, USER } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';
import { somebodyFrom } from './somebody.ts';

onEveryEngine('people over SCIM who are deleted', (engine) => {
  const world = useWorld({ store: engine });
  const { entra, okta } = useProvisioners(world);

  const somebody = somebodyFrom(entra, 'user');

  describe('once deleted', () => {
    it('are gone for every request, and their user name is free', async () => {
      const { path, userName } = await somebody({ emails: [{ value: 'gone@example.test' }] });
      expect((await entra().delete(path)).status).to.equal(204);
      for (const answer of [
        await entra().get(path),
        await entra().put(path, { schemas: [USER], userName }),
        await entra().patch(path, [{ op: 'replace', path: 'active', value: true }]),
        await entra().delete(path),
      ]) {
        expect(answer.status).to.equal(404);
      }
      const again = await entra().user(userName);
      expect(again.status).to.equal(201);
      expect(path).to.not.contain(again.body.id);
    });

    it('come back under their id by the same client and external id alone, within 30 days', async () => {
      const w = world();
      const { body, path, userName } = await somebody({ externalId: 'returns', title: 'Before' });
      await entra().delete(path);
      await w.settle();
      const other = await okta().user(userName, { externalId: 'returns' });
      expect(other.body.id).to.not.equal(body.id);
      const named = await entra().user(`${userName}-namesake`, { externalId: 'another' });
      expect(named.body.id).to.not.equal(body.id);
      await w.later(29 * DAY);
      const back = await entra().user(`${userName}-back`, { externalId: 'returns' });
      expect(back.status, back.text).to.equal(201);
      expect(back.body.id).to.equal(body.id);
      expect(back.body).to.not.have.property('title');
      const twice = await entra().user(`${userName}-twice`, { externalId: 'returns' });
      expect(twice.body['scimType']).to.equal('uniqueness');
    });

    it('come back to nothing that was signed in before, and to no group, password or role', async () => {
      const w = world();
      const { directory, store } = w.app.foundation;
      const { body, path, userName } = await somebody({ externalId: 'fresh' });
      const person = await directory.people.byId(body.id);
      if (!person) throw new Error('nobody was created');
      await store.commit([
        await directory.local.starting(body.id, 'a password of before'),
        ...directory.people.settingRoles(person, ['owner'], { actor: 'cli' }),
        ...directory.people.signingOut(body.id),
      ]);
      const before = await directory.people.byId(body.id);
      await entra().delete(path);
      await w.settle();
      await entra().user(userName, { externalId: 'fresh' });
      const after = await directory.people.byId(body.id);
      expect(after?.epoch).to.be.above(before?.epoch ?? Infinity);
      expect(after?.adminRoles).to.deep.equal([]);
      const account = await directory.accounts.byId(body.id);
      expect(account && (await directory.passwords.verify(account, 'a password of before'))).to.deep.equal({
        outcome: 'wrong',
      });
    });

    it('come back at once, and what is left of their memberships goes before', async () => {
      const w = world();
      const { directory, store } = w.app.foundation;
      const { body, path, userName } = await somebody({ externalId: 'at-once' });
      const { body: group } = await entra().post('/Groups', { schemas: [GROUP], displayName: 'Left behind' });
      await entra().delete(path);
      const left = { id: membershipId(group.id, body.id), group: group.id, member: body.id, addedAt: w.clock.now() };
      await store.insert(memberships, { ...left, memberKind: 'person' });
      const back = await entra().user(userName, { externalId: 'at-once' });
      expect([back.status, back.body.id, back.body['groups']]).to.deep.equal([201, body.id, undefined]);
      expect(await directory.groups.membership(group.id, body.id)).to.equal(undefined);
      await entra().patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: [{ value: body.id }] }]);
      await w.settle();
      expect(await directory.groups.membership(group.id, body.id)).to.include({ member: body.id });
    });

    it('come back after a name was refused them', async () => {
      const { path, userName } = await somebody({ externalId: 'twice-tried' });
      const other = await somebody();
      await entra().delete(path);
      expect((await entra().user(other.userName, { externalId: 'twice-tried' })).status).to.equal(409);
      expect((await entra().user(userName, { externalId: 'twice-tried' })).status).to.equal(201);
    });

    it('wait a second while another sweeps their memberships, which is told by 503', async () => {
      const { store } = world().app.foundation;
      const { body, path, userName } = await somebody({ externalId: 'being-swept' });
      await entra().delete(path);
      const held = await store.claim(tombstones, { query: eq('id', body.id), lease: MINUTE });
      const early = await entra().user(userName, { externalId: 'being-swept' });
      expect([held?.id, early.status, early.headers['retry-after']]).to.deep.equal([body.id, 503, '1']);
    });

    it('begin anew after 30 days, and where somebody else deleted them', async () => {
      const w = world();
      const { directory, store } = w.app.foundation;
      const late = await somebody({ externalId: 'late-again' });
      await entra().delete(late.path);
      await w.later(31 * DAY);
      const anew = await entra().user(late.userName, { externalId: 'late-again' });
      expect([anew.status, anew.body.id === late.body.id]).to.deep.equal([201, false]);
      const removed = await somebody({ externalId: 'removed-here' });
      const person = await directory.people.byId(removed.body.id);
      if (person) await store.commit(await directory.people.deleting(person, { actor: 'cli' }));
      const other = await entra().user(removed.userName, { externalId: 'removed-here' });
      expect([other.status, other.body.id === removed.body.id]).to.deep.equal([201, false]);
    });
  });
});
