import { expect } from 'chai';
import { importRig } from '../ldap/import-rig.ts';
import { optionsFor } from '../ldap/link-to.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Engine } from '../support/engines.ts';

const BY = { actor: 'cli' };

const at = (server: () => DirectoryServer, engine: Engine) => ({
  rig(others: Readonly<Record<string, unknown>> = {}) {
    const { peopleDn, groupsDn } = server();
    return importRig(optionsFor(server(), { people: { base: peopleDn }, groups: { base: groupsDn }, ...others }), {
      engine,
    });
  },
  add: (name: string, more: object = {}) => server().admin.addPerson({ name, surname: name, ...more }),
});

/** Who rules a directory rules the passwords of its people, and nothing else here. */
const suite = (server: () => DirectoryServer, engine: Engine): void => {
  const { rig, add } = at(server, engine);

  beforeEach(() => server().admin.clear());

  it('bring nobody back whom an administrator here switched off, by switching them off and on, or away and back', async () => {
    const { admin, peopleDn } = server();
    const dn = await add('ada');
    await using corp = await rig();
    await corp.import();
    const { people } = corp.rooms.directory;
    await corp.rooms.commit(people.updating(await corp.person('ada'), { active: false }, BY));
    await admin.disable(dn);
    await corp.import();
    await admin.enable(dn);
    await corp.import();
    expect(await corp.person('ada'), 'off and on').to.include({ active: false });
    const away = await admin.move(dn, server().outsideDn);
    await corp.import({ full: true });
    await admin.move(away, peopleDn);
    await corp.import({ full: true });
    expect(await corp.person('ada'), 'away and back').to.include({ active: false });
  });

  it('bring back whom the directory itself switched off, again and again', async () => {
    const { admin } = server();
    const dn = await add('ada');
    await using corp = await rig();
    await corp.import();
    for (const active of [false, true, false, true]) {
      await (active ? admin.enable(dn) : admin.disable(dn));
      await corp.import();
      expect(await corp.person('ada')).to.include({ active });
    }
  });

  it('hand nobody to whichever of two entries says first that it is them', async () => {
    await add('thief', { employeeId: '7', mail: 'thief@corp.example' });
    await add('victim', { employeeId: '7', mail: 'victim@corp.example' });
    await using corp = await rig({ linkBy: 'employeeNumber' });
    const before = await corp.rooms.person({ userName: 'victim.scim', employeeNumber: '7', source: 'scim:hr' });
    expect(await corp.import()).to.include({ linked: 0 });
    expect(await corp.person('victim.scim')).to.deep.equal(before);
    expect((await corp.conflicts()).map(({ reason }) => reason)).to.deep.equal(['link_ambiguous', 'link_ambiguous']);
  });
};

/** Account names of Active Directory have no `@`. */
const addresses = (server: () => DirectoryServer, engine: Engine): void => {
  const { rig, add } = at(server, engine);

  it('have no entry take the address that somebody else signs in with for its name', async () => {
    await using corp = await rig();
    const carol = await corp.rooms.person({
      userName: 'carol',
      emails: [{ value: 'carol@example.test', primary: true }],
      adminRoles: ['owner'],
    });
    const first = await add('carol@example.test', { commonName: 'Carol' });
    await corp.import();
    expect((await corp.person('carol@example.test')).id).to.equal(carol.id);
    const [listed] = await corp.conflicts();
    expect(listed).to.include({ reason: 'user_name_taken', person: carol.id });
    // Nor later, by another name.
    await server().admin.remove(first);
    const dn = await add('dave');
    await corp.import();
    const { id } = await corp.person('dave');
    await server().admin.rename(dn, 'CAROL@example.test', 'Davy');
    await corp.import();
    expect((await corp.person('carol@example.test')).id).to.equal(carol.id);
    expect((await corp.person('dave')).id).to.equal(id);
  });

  it('may give somebody their own address for a name', async () => {
    await add('ada@corp.example', { commonName: 'Ada', mail: 'ada@corp.example' });
    await using corp = await rig();
    expect(await corp.import()).to.include({ created: 1 });
    await corp.import({ full: true });
    expect(await corp.person('ada@corp.example')).to.include({ userName: 'ada@corp.example' });
    expect(await corp.conflicts()).to.deep.equal([]);
  });
};

onEveryEngine('Who administers a directory', (engine) => {
  describeOnSamba('The administrators of a Samba domain', (samba) => {
    suite(samba, engine);
  });
  describeOnSlapd('The administrators of an OpenLDAP directory', (slapd) => {
    suite(slapd, engine);
    addresses(slapd, engine);
  });
});
