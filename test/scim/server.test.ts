import { expect } from 'chai';
import { provisioner, USER } from '../support/scim.ts';
import type { Provisioner } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';

describe('the SCIM server', () => {
  const world = useWorld();
  let entra: Provisioner;
  before(async () => {
    entra = await provisioner(world());
  });
  after(() => {
    entra[Symbol.dispose]();
  });

  it('creates somebody, and gives, changes, replaces and deletes them', async () => {
    const created = await entra.user('ada', { externalId: 'e-1', name: { givenName: 'Ada' } });
    expect(created.status, created.text).to.equal(201);
    expect(created.headers.location).to.equal(created.body.meta.location);
    expect(created.headers.etag).to.equal(created.body.meta.version);
    const path = `/Users/${created.body.id}`;
    const got = await entra.get(path);
    expect(got.body).to.deep.equal(created.body);
    expect(got.body).to.deep.include({ userName: 'ada', active: true, externalId: 'e-1', schemas: [USER] });
    const changed = await entra.patch(path, [{ op: 'Replace', path: 'name.familyName', value: 'Lovelace' }]);
    expect(changed.body['name']).to.deep.equal({ givenName: 'Ada', familyName: 'Lovelace' });
    const replaced = await entra.put(path, { schemas: [USER], userName: 'ada', displayName: 'Ada L.' });
    expect(replaced.body).to.deep.include({ displayName: 'Ada L.' }).and.not.have.any.keys('name', 'externalId');
    expect((await entra.delete(path)).status).to.equal(204);
    expect((await entra.get(path)).status).to.equal(404);
  });
});
