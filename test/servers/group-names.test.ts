import { expect } from 'chai';
import { ssprConfig } from '../../plugins/sspr/config.ts';
import { createPolicies } from '../../plugins/sspr/policy.ts';
import type { Account } from '../../src/directory/account.ts';
import { importRig } from '../ldap/import-rig.ts';
import type { ImportRig } from '../ldap/import-rig.ts';
import { optionsFor } from '../ldap/link-to.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';

const BY = { actor: 'cli' };

/** A policy for those in a group, named as an operator would. */
const fitsFor = (account: Account, group: string): boolean =>
  createPolicies(ssprConfig.parse({ policies: [{ name: 'weak', groups: [group], methods: ['email'] }] })).of(
    account,
  ) !== undefined;

const accountOf = async ({ rooms, person }: ImportRig, userName: string): Promise<Account> =>
  (await rooms.directory.accounts.byId((await person(userName)).id)) ?? expect.fail();

const listedAccount = async ({ rooms }: ImportRig, id: string): Promise<Account | undefined> => {
  for await (const page of rooms.directory.accounts.pages?.() ?? []) {
    const found = page.find((account) => account.id === id);
    if (found) return found;
  }
  return undefined;
};

const suite = (server: () => DirectoryServer): void => {
  const rig = () => {
    const { peopleDn, groupsDn } = server();
    return importRig(optionsFor(server(), { people: { base: peopleDn }, groups: { base: groupsDn } }));
  };

  beforeEach(() => server().admin.clear());

  it('is what a rule means until a group that is made here has it, and always with the directory in front', async () => {
    await server().admin.addGroup('Privileged', [await server().admin.addPerson({ name: 'mallory', surname: 'M' })]);
    await using corp = await rig();
    await corp.import();
    const before = await accountOf(corp, 'mallory');
    expect(before).to.deep.include({ groups: ['Privileged'], qualifiedGroups: ['ldap:corp/Privileged'] });
    expect([fitsFor(before, 'privileged'), fitsFor(before, 'ldap:corp/privileged')]).to.deep.equal([true, true]);

    const { rooms } = corp;
    const ours = rooms.directory.groups.creating({ displayName: 'PRIVILEGED' }, BY);
    await rooms.commit(ours.changes);
    const carol = await rooms.person({ userName: 'carol', adminRoles: ['owner'] });
    const group = (await rooms.directory.groups.byId(ours.group.id)) ?? expect.fail();
    await rooms.commit(rooms.directory.groups.adding(group, carol, BY));
    const after = await accountOf(corp, 'mallory');
    expect(after).to.deep.include({ groups: ['ldap:corp/Privileged'], administrator: false });
    expect([fitsFor(after, 'Privileged'), fitsFor(after, 'ldap:corp/Privileged')]).to.deep.equal([false, true]);
    expect(fitsFor(await accountOf(corp, 'carol'), 'Privileged')).to.equal(true);
    expect(await listedAccount(corp, after.id)).to.deep.equal(after);
    // Apps go by names as well.
    expect((await rooms.directory.claimsOf(after.id))?.['groups']).to.deep.equal(['ldap:corp/Privileged']);
  });
};

describeOnSamba('The name of a group of a Samba domain', suite);
describeOnSlapd('The name of a group of an OpenLDAP directory', (slapd) => {
  suite(slapd);

  it('is never that of a group of another directory', async () => {
    await slapd().admin.addGroup('ldap:hr/Staff', [await slapd().admin.addPerson({ name: 'mallory', surname: 'M' })]);
    await using corp = await importRig(optionsFor(slapd()));
    await corp.import();
    const mallory = await accountOf(corp, 'mallory');
    expect(fitsFor(mallory, 'ldap:hr/Staff')).to.equal(false);
    expect(mallory.groups).to.deep.equal(['ldap:corp/ldap:hr/Staff']);
  });
});
