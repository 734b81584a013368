import { expect } from 'chai';
import { importRig } from '../ldap/import-rig.ts';
import { optionsFor } from '../ldap/link-to.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';

describeOnSlapd('an import beside a source of single attributes', (server) => {
  beforeEach(() => server().admin.clear());

  it('leaves alone what others write of its people, and brings the rest', async () => {
    const { peopleDn, groupsDn, admin } = server();
    await using corp = await importRig(
      optionsFor(server(), { people: { base: peopleDn }, groups: { base: groupsDn } }),
    );
    const dn = await admin.addPerson({ name: 'ada', surname: 'Ada', employeeId: '0815', mail: 'ada@corp.example' });
    await corp.import();
    const { people } = corp.rooms.directory;
    const by = { actor: 'cli' };
    await corp.rooms.commit(people.settingAttributeSource(await corp.person('ada'), ['employeeNumber'], 'scim:hr', by));
    await corp.rooms.commit(people.updating(await corp.person('ada'), { employeeNumber: '7' }, by));
    await admin.replace(dn, { mail: 'countess@corp.example', employeeNumber: '0816' });
    await corp.import({ full: true });
    expect(await corp.person('ada')).to.deep.include({
      employeeNumber: '7',
      emails: [{ value: 'countess@corp.example', type: 'work', primary: true }],
      attributeSources: [{ attribute: 'employeeNumber', source: 'scim:hr' }],
    });
  });
});
