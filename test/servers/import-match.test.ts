import { expect } from 'chai';
import { importRig } from '../ldap/import-rig.ts';
import { optionsFor } from '../ldap/link-to.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';

const suite = (server: () => DirectoryServer): void => {
  const rig = (others: Readonly<Record<string, unknown>>) => {
    const { peopleDn, groupsDn } = server();
    return importRig(optionsFor(server(), { people: { base: peopleDn }, groups: { base: groupsDn }, ...others }));
  };
  const add = (name: string, more: object = {}) => server().admin.addPerson({ name, surname: name, ...more });

  beforeEach(() => server().admin.clear());

  describe('a directory of whose people some belong here', () => {
    it('gives those whose address is in one of its domains', async () => {
      await add('ada', { mail: 'ada@staff.example' });
      await add('bob', { mail: 'bob@STAFF.example' });
      await add('eve', { mail: 'eve@staff.example.evil' });
      await using corp = await rig({ match: { domains: ['staff.example'] } });
      await corp.import();
      expect(await corp.names()).to.deep.equal(['ada', 'bob']);
    });

    it('gives those who have one of the values of an attribute, and lets go of whoever loses it', async () => {
      const ada = await add('ada', { employeeId: 'E1' });
      await add('bob', { employeeId: 'E2' });
      await add('eve');
      const name = server().kind === 'samba' ? 'employeeID' : 'employeeNumber';
      await using corp = await rig({ match: { attribute: { name, values: ['E1', 'E2'] } } });
      await corp.import();
      expect(await corp.names()).to.deep.equal(['ada', 'bob']);
      await server().admin.replace(ada, { [name]: 'E9' });
      expect(await corp.import({ full: true })).to.include({ result: 'done', gone: 1 });
      expect((await corp.person('ada')).active).to.equal(false);
      expect((await corp.person('bob')).active).to.equal(true);
    });
  });
};

describeOnSamba('with Samba,', (samba) => {
  suite(samba);

  describe('a directory of whose people some belong here', () => {
    it('gives those who are in one of its groups, directly or through others', async () => {
      const { admin, peopleDn, groupsDn } = samba();
      const [ada, bob] = [await admin.addPerson({ name: 'ada' }), await admin.addPerson({ name: 'bob' })];
      await admin.addPerson({ name: 'eve' });
      const inner = await admin.addGroup('Inner', [bob]);
      const staff = await admin.addGroup('Staff', [ada, inner]);
      const options = { people: { base: peopleDn }, groups: { base: groupsDn }, match: { groups: [staff] } };
      await using corp = await importRig(optionsFor(samba(), options));
      await corp.import();
      expect(await corp.names()).to.deep.equal(['ada', 'bob']);
    });
  });
});
describeOnSlapd('with slapd,', suite);
