import { expect } from 'chai';
import { importRig } from '../ldap/import-rig.ts';
import type { ImportRig } from '../ldap/import-rig.ts';
import { optionsFor } from '../ldap/link-to.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { upn } from '../support/directories/samba-administrator.ts';
import { onEveryEngine } from '../support/engines.ts';
import type { Engine } from '../support/engines.ts';

const BY = { actor: 'cli' };
const ADDRESS = 'carol@example.test';

const at = (server: () => DirectoryServer, engine: Engine) => ({
  rig() {
    const { peopleDn, groupsDn } = server();
    return importRig(optionsFor(server(), { people: { base: peopleDn }, groups: { base: groupsDn } }), { engine });
  },
  add: (name: string, more: object = {}) => server().admin.addPerson({ name, surname: name, ...more }),
});

const owner = (corp: ImportRig, address = ADDRESS) =>
  corp.rooms.person({ userName: 'carol', emails: [{ value: address, primary: true }], adminRoles: ['owner'] });
const found = async ({ rooms }: ImportRig, typed: string): Promise<string | undefined> =>
  (await rooms.directory.people.byName(typed))?.id;
const listed = async (corp: ImportRig) =>
  (await corp.conflicts()).map(({ reason, about, person }) => ({ reason, about, person }));

const suite = (server: () => DirectoryServer, engine: Engine): void => {
  const { rig, add } = at(server, engine);

  beforeEach(() => server().admin.clear());

  it('takes no sign-in by an address from whoever had it: the entry comes without, is listed, and has it once it is free', async () => {
    await add('mallory', { mail: 'Carol@Example.test' });
    await using corp = await rig();
    const carol = await owner(corp);
    expect(await corp.import()).to.include({ created: 1 });
    expect(await found(corp, ADDRESS)).to.equal(carol.id);
    expect(await listed(corp)).to.deep.equal([{ reason: 'address_taken', about: ADDRESS, person: carol.id }]);
    // What the directory says of them is kept: codes and notices go where it says.
    expect((await corp.person('mallory')).emails?.[0]?.value).to.equal('Carol@Example.test');
    for (const full of [false, true]) {
      await corp.import({ full });
      expect(await found(corp, ADDRESS)).to.equal(carol.id);
      expect(await listed(corp)).to.have.length(1);
    }
    const { people } = corp.rooms.directory;
    await corp.rooms.commit(people.updating(await corp.person('carol'), { emails: undefined }, BY));
    await corp.import();
    expect(await found(corp, ADDRESS)).to.equal((await corp.person('mallory')).id);
    expect(await listed(corp)).to.deep.equal([]);
  });

  it('takes it from nobody later either, by an entry that is given another address', async () => {
    const dn = await add('mallory', { mail: 'mallory@example.test' });
    await using corp = await rig();
    await corp.import();
    const carol = await owner(corp);
    await server().admin.replace(dn, { mail: ADDRESS });
    await corp.import();
    expect(await found(corp, ADDRESS)).to.equal(carol.id);
    expect(await listed(corp)).to.have.length(1);
    await server().admin.replace(dn, { mail: 'mallory@example.test' });
    await corp.import();
    expect(await listed(corp)).to.deep.equal([]);
    expect(await found(corp, 'mallory@example.test')).to.equal((await corp.person('mallory')).id);
  });

  it('takes it from no administrator whom the same directory brought', async () => {
    await add('carol', { mail: ADDRESS });
    await using corp = await rig();
    await corp.import();
    const { people } = corp.rooms.directory;
    const carol = await corp.person('carol');
    await corp.rooms.commit(people.settingRoles(carol, ['owner'], BY));
    await add('mallory', { mail: ADDRESS });
    await corp.import();
    expect(await found(corp, ADDRESS)).to.equal(carol.id);
    await corp.import({ full: true });
    expect(await found(corp, ADDRESS)).to.equal(carol.id);
    // What others of one directory share finds none of them, as ever.
    await add('dave', { mail: 'team@example.test' });
    await add('erin', { mail: 'team@example.test' });
    await corp.import();
    expect(await found(corp, 'team@example.test')).to.equal(undefined);
  });
};

onEveryEngine('Names to sign in with', (engine) => {
  describeOnSamba('A name in a Samba domain', (samba) => {
    suite(samba, engine);
    const { rig, add } = at(samba, engine);

    it('takes no sign-in by a user principal name that is somebody’s address or user name', async () => {
      await samba().admin.clear();
      await using corp = await rig();
      const carol = await owner(corp, upn('mallory'));
      const other = await corp.rooms.person({ userName: upn('trudy') });
      await add('mallory');
      await add('trudy');
      await corp.import();
      expect(await found(corp, upn('mallory'))).to.equal(carol.id);
      expect(await found(corp, upn('trudy'))).to.equal(other.id);
      expect((await listed(corp)).map(({ person }) => person)).to.have.members([carol.id, other.id]);
      expect(await corp.names()).to.include.members(['mallory', 'trudy']);
    });
  });
  describeOnSlapd('A name in an OpenLDAP directory', (slapd) => {
    suite(slapd, engine);
  });
});
