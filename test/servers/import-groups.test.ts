import { expect } from 'chai';
import { importRig } from '../ldap/import-rig.ts';
import { optionsFor } from '../ldap/link-to.ts';
import { CROWD } from '../support/directories/directory-server.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnDs389 } from '../support/directories/on-ds389.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';

const imports = (server: () => DirectoryServer): void => {
  const rig = (others: Readonly<Record<string, unknown>> = {}) => {
    const { peopleDn, groupsDn } = server();
    return importRig(optionsFor(server(), { people: { base: peopleDn }, groups: { base: groupsDn }, ...others }));
  };
  const add = (name: string, more: object = {}) => server().admin.addPerson({ name, surname: name, ...more });

  const renameTo = (dn: string, name: string): Promise<string> =>
    server().admin.during(async (client) => {
      const next = `cn=${name},${server().groupsDn}`;
      await client.modifyDN(dn, next);
      return next;
    });

  beforeEach(() => server().admin.clear());

  it('are brought with their members, and later by the difference alone', async () => {
    const [ada, bob, eve] = [await add('ada'), await add('bob'), await add('eve')];
    const group = await server().admin.addGroup('Engineers', [ada, bob]);
    await using corp = await rig();
    expect(await corp.import()).to.include({ groups: 1, members: 2 });
    expect(await corp.group('engineers')).to.include({ displayName: 'Engineers', source: 'ldap:corp' });
    expect(await corp.members('Engineers')).to.deep.equal(['ada', 'bob']);
    await server().admin.addMembers(group, [eve]);
    await server().admin.removeMembers(group, [ada]);
    expect(await corp.import()).to.include({ kind: 'delta', groups: 0, members: 2 });
    expect(await corp.members('Engineers')).to.deep.equal(['bob', 'eve']);
  });

  it('stay the same through another name, and end when the directory has them no more', async () => {
    const group = await server().admin.addGroup('Engineers', [await add('ada')]);
    await server().admin.addGroup('Others', [await add('bob')]);
    await using corp = await rig();
    await corp.import();
    const { id } = await corp.group('Engineers');
    const renamed = await renameTo(group, 'Makers');
    await corp.import();
    expect((await corp.group('Makers')).id).to.equal(id);
    expect(await corp.members('Makers')).to.deep.equal(['ada']);
    await server().admin.remove(renamed);
    await server().admin.addGroup('Makers', [await server().admin.addPerson({ name: 'eve', surname: 'eve' })]);
    await corp.import();
    expect((await corp.group('Makers')).id).not.to.equal(id);
    expect(await corp.members('Makers')).to.deep.equal(['eve']);
  });

  it('hold groups, through which people are in the outer ones; a circle of them is left open and told of', async () => {
    const [ada, bob] = [await add('ada'), await add('bob')];
    const inner = await server().admin.addGroup('Inner', [ada]);
    const outer = await server().admin.addGroup('Outer', [inner, bob]);
    await using corp = await rig();
    await corp.import();
    expect(await corp.members('Outer')).to.deep.equal(['Inner', 'bob']);
    const account = await corp.rooms.directory.accounts.byName('ada');
    expect(account?.groups.toSorted()).to.deep.equal(['Inner', 'Outer']);
    await server().admin.addMembers(inner, [outer]);
    await corp.import();
    expect(await corp.members('Inner')).to.deep.equal(['ada']);
    expect(corp.lines.filter(({ message }) => message.includes('in itself'))).to.have.length(1);
    await server().admin.removeMembers(inner, [outer]);
    await server().admin.removeMembers(outer, [inner]);
    await corp.import();
    expect(await corp.members('Outer')).to.deep.equal(['bob']);
  });

  it('are not in each other where the operator does not want that', async () => {
    const inner = await server().admin.addGroup('Inner', [await add('ada')]);
    await server().admin.addGroup('Outer', [inner, await add('bob')]);
    const { peopleDn, groupsDn } = server();
    await using corp = await rig({ people: { base: peopleDn }, groups: { base: groupsDn, nested: false } });
    await corp.import();
    expect(await corp.members('Outer')).to.deep.equal(['bob']);
  });

  it('have no member who is not among our people, and get them when they come among these', async () => {
    const stranger = await add('stranger', { parentDn: server().outsideDn });
    await server().admin.addGroup('Engineers', [await add('ada'), stranger]);
    await using corp = await rig();
    await corp.import();
    expect(await corp.members('Engineers')).to.deep.equal(['ada']);
    await server().admin.move(stranger, server().peopleDn);
    await corp.import();
    expect(await corp.members('Engineers')).to.deep.equal(['ada', 'stranger']);
  });
};

describeOnSamba('groups from Samba', (samba) => {
  imports(samba);

  it(`have all of ${String(CROWD)} members, of which 1,500 are told at once`, async function () {
    this.timeout(120_000);
    const base = samba().crowdDn.replace(/^CN=Crowd,/, '');
    const options = optionsFor(samba(), { people: { base }, groups: { base } });
    await using corp = await importRig(options);
    expect(await corp.import()).to.include({ created: CROWD, members: CROWD, groups: 1 });
    expect(await corp.members('Crowd')).to.have.length(CROWD);
    expect(await corp.import({ full: true })).to.include({ created: 0, updated: 0, members: 0 });
  });

  it('know their members by where these stand now, also where whole units have moved', async () => {
    const unit = await samba().admin.addUnit('Berlin', samba().peopleDn);
    const ada = await samba().admin.addPerson({ name: 'ada', parentDn: unit });
    const group = await samba().admin.addGroup('Engineers', [ada, await samba().admin.addPerson({ name: 'bob' })]);
    const { peopleDn, groupsDn } = samba();
    const options = optionsFor(samba(), { people: { base: peopleDn }, groups: { base: groupsDn } });
    await using corp = await importRig(options);
    await corp.import();
    const moved = await samba()
      .admin.rename(unit, 'Hamburg')
      .catch(() => undefined);
    // slapd and 389 DS move no entry that has others below it, unless they are told to.
    if (moved === undefined) return;
    await samba().admin.addMembers(group, [await samba().admin.addPerson({ name: 'eve' })]);
    await corp.import();
    expect(await corp.members('Engineers')).to.deep.equal(['ada', 'bob', 'eve']);
  });

  it('count those in whose primary group they are, whom they do not list', async () => {
    const { baseDn, peopleDn } = samba();
    const ada = await samba().admin.addPerson({ name: 'ada' });
    const staff = await samba().admin.addGroup('Staff', [ada]);
    const groups = { base: baseDn, filter: '(|(cn=Domain Users)(cn=Staff))' };
    await using corp = await importRig(optionsFor(samba(), { people: { base: peopleDn }, groups }));
    await corp.import();
    expect(await corp.members('Domain Users')).to.deep.equal(['ada']);
    await samba().admin.addPerson({ name: 'bob' });
    await corp.import();
    expect(await corp.members('Domain Users')).to.deep.equal(['ada', 'bob']);
    const rid = await samba().admin.during(async (client) => {
      const { searchEntries } = await client.search(staff, {
        scope: 'base',
        attributes: ['objectSid'],
        explicitBufferAttributes: ['objectSid'],
      });
      const sid = searchEntries[0]?.['objectSid'];
      if (!Buffer.isBuffer(sid)) throw new Error('a group has an objectSid');
      return sid.readUInt32LE(sid.length - 4);
    });
    await samba().admin.replace(ada, { primaryGroupID: String(rid) });
    await corp.import();
    expect(await corp.members('Staff')).to.deep.equal(['ada']);
    await corp.import({ full: true });
    expect(await corp.members('Staff')).to.deep.equal(['ada']);
  });
});

describeOnSlapd('groups from slapd', (slapd) => {
  imports(slapd);

  it('have all of 2,500 members, spelled as whoever added them did', async function () {
    this.timeout(120_000);
    const { admin, peopleDn } = slapd();
    const names = Array.from({ length: 2500 }, (_, index) => `member-${String(index).padStart(4, '0')}`);
    await admin.during(async (client) => {
      for (let from = 0; from < names.length; from += 100) {
        await Promise.all(
          names
            .slice(from, from + 100)
            .map((uid) =>
              client.add(`uid=${uid},${peopleDn}`, { objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid }),
            ),
        );
      }
    });
    const spelled = names.map((uid, index) =>
      index % 2 === 0 ? `uid=${uid},${peopleDn}` : `UID=${uid.toUpperCase()} , ${peopleDn.replace('ou=', 'OU=  ')}`,
    );
    const group = await admin.addGroup('Everybody', spelled);
    await using corp = await importRig(
      optionsFor(slapd(), { people: { base: peopleDn }, groups: { base: slapd().groupsDn } }),
    );
    expect(await corp.import()).to.include({ created: 2500, members: 2500 });
    await admin.removeMembers(group, spelled.slice(0, 10));
    expect(await corp.import()).to.include({ kind: 'delta', created: 0, members: 10, gone: 0 });
    expect(await corp.members('Everybody')).to.have.length(2490);
  });
});

describeOnDs389('groups from 389 DS', imports);
