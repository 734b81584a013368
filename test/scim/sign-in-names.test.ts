import { expect } from 'chai';
import type { Person } from '../../src/directory/person.ts';
import { onEveryEngine } from '../support/engines.ts';
import { useProvisioners } from '../support/scim.ts';
import type { Answer } from '../support/scim.ts';
import { useWorld } from '../support/world.ts';

const BY = { actor: 'cli' };

const refused = ({ status, body }: Answer): readonly unknown[] => [status, body['scimType'], body['detail']];
const takenAddress = [409, 'uniqueness', 'another resource has one of those emails'];
const takenName = [409, 'uniqueness', 'another resource has that userName'];

onEveryEngine('what somebody signs in by, over SCIM', (engine) => {
  const world = useWorld({ store: engine });
  const { entra, okta } = useProvisioners(world);

  let count = 0;
  /** Somebody whom another directory brought, with an address and a further name. */
  const somebody = async (): Promise<{ person: Person; address: string; upn: string }> => {
    count += 1;
    const name = `carol${String(count)}`;
    const [address, upn] = [`${name}@example.test`, `${name}@corp.example.test`];
    const { directory, store } = world().app.foundation;
    const given = { userName: name, emails: [{ value: address }], otherNames: [upn], source: 'ldap:corp' };
    const { person, changes } = directory.people.creating(given, BY);
    await store.commit(changes);
    return { person, address, upn };
  };
  const found = async (typed: string): Promise<string | undefined> =>
    (await world().app.foundation.directory.people.byName(typed))?.id;

  it('is not brought to somebody new, as an address or for a user name: its owner goes on being found', async () => {
    const { person, address, upn } = await somebody();
    const asAddress = { emails: [{ value: 'mine@example.test' }, { value: address.toUpperCase(), type: 'home' }] };
    expect(refused(await okta().user('mallory', asAddress))).to.deep.equal(takenAddress);
    expect(refused(await okta().user('mallory', { emails: [{ value: upn }] }))).to.deep.equal(takenAddress);
    for (const userName of [address, upn.toUpperCase()]) {
      expect(refused(await okta().user(userName))).to.deep.equal(takenName);
    }
    for (const typed of [address, upn]) expect(await found(typed)).to.equal(person.id);
    expect(await found('mallory')).to.equal(undefined);
  });

  it('is not brought to somebody later, by PUT or PATCH, and nothing else of that request is either', async () => {
    const { person, address } = await somebody();
    const { body } = await okta().user(`${person.userName}-of-okta`, { title: 'Chief' });
    const path = `/Users/${body.id}`;
    const emails = [{ value: address }];
    const put = { ...body, title: 'Nobody', emails };
    expect(refused(await okta().put(path, put))).to.deep.equal(takenAddress);
    expect(refused(await okta().put(path, { ...body, userName: address }))).to.deep.equal(takenName);
    const patched = await okta().patch(path, [
      { op: 'replace', path: 'title', value: 'Nobody' },
      { op: 'add', path: 'emails', value: emails },
    ]);
    expect(refused(patched)).to.deep.equal(takenAddress);
    expect((await okta().get(path)).body['title']).to.equal('Chief');
    expect(await found(address)).to.equal(person.id);
  });

  it('is free once its owner has it no more', async () => {
    const { person, address } = await somebody();
    const { directory, store } = world().app.foundation;
    const owner = await directory.people.byId(person.id);
    if (!owner) throw new Error('she is here');
    await store.commit(directory.people.updating(owner, { emails: undefined }, BY));
    const { status, body } = await okta().user(`heir${String(count)}`, { emails: [{ value: address }] });
    expect(status).to.equal(201);
    expect(await found(address)).to.equal(body.id);
  });

  it('may be shared among the people of one client, which finds none of them, but not with an administrator', async () => {
    const office = [{ value: `office${String(count)}@example.test` }];
    const first = await entra().user('first-at-office', { emails: office });
    expect(first.status).to.equal(201);
    expect((await entra().user('second-at-office', { emails: office })).status).to.equal(201);
    expect(await found(office[0]?.value ?? '')).to.equal(undefined);

    const boss = [{ value: 'boss@example.test' }];
    const { body } = await entra().user('boss', { emails: boss });
    const { directory, store } = world().app.foundation;
    const person = await directory.people.byId(body.id);
    if (!person) throw new Error('she is here');
    await store.commit(directory.people.settingRoles(person, ['owner'], BY));
    expect(refused(await entra().user('not-the-boss', { emails: boss }))).to.deep.equal(takenAddress);
    expect(await found('boss@example.test')).to.equal(body.id);
  });

  it('hinders nobody who shared it before: only what is new is looked at', async () => {
    const { person, address } = await somebody();
    const { directory, store } = world().app.foundation;
    const sharing = { userName: `twin${String(count)}`, emails: [{ value: address }], source: 'scim:okta' };
    const twin = directory.people.creating(sharing, BY);
    await store.commit(twin.changes);
    const path = `/Users/${twin.person.id}`;
    const { body } = await okta().get(path);
    const renamed = await okta().put(path, { ...body, title: 'Engineer', emails: [{ value: address.toUpperCase() }] });
    expect([renamed.status, renamed.body['title']]).to.deep.equal([200, 'Engineer']);
    expect(await found(person.userName)).to.equal(person.id);
  });
});
