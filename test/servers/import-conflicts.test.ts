import { expect } from 'chai';
import { importRig } from '../ldap/import-rig.ts';
import { optionsFor } from '../ldap/link-to.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';

const BY = { actor: 'cli' };

const suite = (server: () => DirectoryServer): void => {
  const rig = (others: Readonly<Record<string, unknown>> = {}) => {
    const { peopleDn, groupsDn } = server();
    return importRig(optionsFor(server(), { people: { base: peopleDn }, groups: { base: groupsDn }, ...others }));
  };
  const add = (name: string, more: object = {}) => server().admin.addPerson({ name, surname: name, ...more });

  beforeEach(() => server().admin.clear());

  describe('somebody here who has the user name of an entry', () => {
    it('stays as they are: the entry is listed, and imported once the name is free', async () => {
      await add('ada', { mail: 'other-ada@corp.example' });
      await add('bob');
      await using corp = await rig();
      const ours = await corp.rooms.person({ userName: 'Ada' }, 'correct horse battery staple');
      expect(await corp.import()).to.include({ result: 'done', created: 1 });
      expect(await corp.import()).to.include({ kind: 'delta', created: 0 });
      expect(await corp.person('ada')).to.deep.equal(ours);
      const [listed] = await corp.conflicts();
      expect(listed).to.include({ reason: 'user_name_taken', about: 'ada', person: ours.id, directory: 'corp' });

      const { people } = corp.rooms.directory;
      await corp.rooms.commit(people.updating(ours, { userName: 'ada.local' }, BY));
      expect(await corp.import()).to.include({ kind: 'delta', created: 1 });
      expect(await corp.person('ada')).to.include({ authority: 'corp', source: 'ldap:corp' });
      expect(await corp.conflicts()).to.deep.equal([]);
    });

    it('keeps it when an entry is renamed to it, whose own name stays what it was', async () => {
      const dn = await add('bob');
      await using corp = await rig();
      await corp.import();
      const { id } = await corp.person('bob');
      const ours = await corp.rooms.person({ userName: 'ada' });
      const renamed = await server().admin.rename(dn, 'ada');
      await server().admin.replace(renamed, { mail: 'bob@corp.example' });
      await corp.import();
      expect((await corp.person('ada')).id).to.equal(ours.id);
      const bob = await corp.person('bob');
      expect([bob.id, bob.emails?.[0]?.value]).to.deep.equal([id, 'bob@corp.example']);
      expect((await corp.conflicts()).map(({ reason, person }) => [reason, person])).to.deep.equal([
        ['user_name_taken', ours.id],
      ]);
      await corp.rooms.commit(await corp.rooms.directory.people.deleting(ours, BY));
      await corp.import();
      expect((await corp.person('ada')).id).to.equal(id);
      expect(await corp.conflicts()).to.deep.equal([]);
    });

    it('is forgotten when the entry is gone', async () => {
      const dn = await add('ada');
      await add('bob');
      await using corp = await rig();
      await corp.rooms.person({ userName: 'ada' });
      await corp.import();
      expect(await corp.conflicts()).to.have.length(1);
      await server().admin.remove(dn);
      await corp.import();
      expect(await corp.conflicts()).to.deep.equal([]);
    });
  });

  describe('somebody who came from elsewhere', () => {
    it('is linked by the attribute that was chosen: their password is the directory’s, everything else stays their source’s', async () => {
      await add('ada.directory', { employeeId: '0815', mail: 'directory@corp.example' });
      await using corp = await rig({ linkBy: 'employeeNumber' });
      const before = await corp.rooms.person(
        { userName: 'ada.scim', employeeNumber: '0815', source: 'scim:hr', displayName: 'Ada of HR' },
        'correct horse battery staple',
      );
      expect(await corp.import()).to.include({ linked: 1, created: 0 });
      const after = await corp.person('ada.scim');
      expect(after).to.deep.include({
        ...{ id: before.id, authority: 'corp', source: 'scim:hr', displayName: 'Ada of HR' },
      });
      expect([after.emails, after.epoch > before.epoch]).to.deep.equal([undefined, true]);
      const account = await corp.rooms.directory.accounts.byId(before.id);
      if (!account) throw new Error('she is here');
      const local = await corp.rooms.directory.local.verify(account, 'correct horse battery staple');
      expect(local.outcome).to.equal('wrong');
      await corp.import({ full: true });
      expect(await corp.person('ada.scim')).to.deep.equal(after);
    });

    it('is signed out when the directory switches them off, and left to their source otherwise', async () => {
      const dn = await add('ada', { mail: 'ada@corp.example' });
      await using corp = await rig({ linkBy: 'mail' });
      await corp.rooms.person({ userName: 'ada.scim', source: 'scim:hr', emails: [{ value: 'ADA@corp.example' }] });
      await corp.import();
      const linked = await corp.person('ada.scim');
      await server().admin.disable(dn);
      expect(await corp.import()).to.include({ disabled: 1 });
      const off = await corp.person('ada.scim');
      expect([off.active, off.epoch > linked.epoch]).to.deep.equal([true, true]);
      expect(await corp.import({ full: true })).to.include({ disabled: 0 });
    });

    it('is linked to nobody where several fit, or another entry has them, or they are an administrator or no person', async () => {
      await add('ada', { employeeId: '1' });
      await add('bob', { employeeId: '2' });
      await add('carol', { employeeId: '3' });
      await add('dave', { employeeId: '4' });
      await add('dave-too', { employeeId: '4' });
      await add('eve', { employeeId: '5' });
      await using corp = await rig({ linkBy: 'employeeNumber' });
      await corp.rooms.person({ userName: 'ada-1', employeeNumber: '1' });
      await corp.rooms.person({ userName: 'ada-2', employeeNumber: '1' });
      await corp.rooms.person({ userName: 'boss', employeeNumber: '2', adminRoles: ['owner'] });
      await corp.rooms.person({ userName: 'robot', employeeNumber: '3', kind: 'service' });
      await corp.rooms.person({ userName: 'dave-here', employeeNumber: '4' });
      await corp.rooms.person({ userName: 'eve-here', employeeNumber: '5', authority: 'elsewhere' });
      expect(await corp.import()).to.include({ linked: 0, created: 0 });
      const reasons = (await corp.conflicts()).map(({ reason, about }) => `${about} ${reason}`).toSorted();
      expect(reasons).to.deep.equal([
        ...['1 link_ambiguous', '2 link_administrator', '3 link_service', '4 link_ambiguous', '4 link_ambiguous'],
        '5 link_taken',
      ]);
      const untouched = await Promise.all(['ada-1', 'ada-2', 'boss', 'robot', 'dave-here'].map(corp.person));
      expect(untouched.map(({ authority, epoch }) => [authority, epoch])).to.deep.equal(Array(5).fill(['local', 1]));

      await corp.rooms.commit(await corp.rooms.directory.people.deleting(await corp.person('ada-2'), BY));
      expect(await corp.import()).to.include({ kind: 'delta', linked: 1 });
      expect(await corp.person('ada-1')).to.include({ authority: 'corp' });
    });

    it('is linked as an administrator where the operator allows that', async () => {
      await add('ada', { employeeId: '1' });
      await using corp = await rig({ linkBy: 'employeeNumber', linkAdministrators: true });
      await corp.rooms.person({ userName: 'boss', employeeNumber: '1', adminRoles: ['owner'] });
      expect(await corp.import()).to.include({ linked: 1 });
      expect(await corp.person('boss')).to.deep.include({ authority: 'corp', adminRoles: ['owner'] });
    });

    it('is the only one who is linked where the directory is to make nobody', async () => {
      await add('ada', { employeeId: '1' });
      await server().admin.addGroup('Engineers', [await add('bob', { employeeId: '2' })]);
      await using corp = await rig({ linkBy: 'employeeNumber', import: { create: false } });
      await corp.rooms.person({ userName: 'ada.scim', employeeNumber: '1', source: 'scim:hr' });
      expect(await corp.import()).to.include({ linked: 1, created: 0, groups: 0 });
      expect(await corp.names()).to.deep.equal(['ada.scim']);
    });
  });

  describe('an import that would lose too many', () => {
    const crowd = async (count: number): Promise<readonly string[]> => {
      const dns: string[] = [];
      for (let index = 0; index < count; index += 1) dns.push(await add(`person-${String(index)}`));
      return dns;
    };
    const active = async (corp: Awaited<ReturnType<typeof rig>>): Promise<number> => {
      const all = await Promise.all((await corp.names()).map(corp.person));
      return all.filter((person) => person.active).length;
    };

    it('loses nobody and says so, until somebody says that it is right; what else changed is imported', async () => {
      const dns = await crowd(30);
      await using corp = await rig();
      await corp.import();
      for (const dn of dns.slice(0, 12)) await server().admin.disable(dn);
      for (const dn of dns.slice(12, 21)) await server().admin.remove(dn);
      await add('newcomer');
      for (const options of [{}, {}, { full: true }]) {
        expect(await corp.import(options)).to.deep.include({ result: 'stopped', of: 'people', losses: 21 });
        expect(await active(corp)).to.equal(31);
      }
      expect(await corp.person('newcomer')).to.include({ active: true });
      const stopped = (await corp.rooms.events()).filter(({ type }) => type === 'directory.import_stopped');
      expect(stopped.map(({ result, reason }) => [result, reason])).to.deep.equal([['refused', 'people 21/30']]);
      expect(await corp.import({ acceptLosses: true })).to.include({ result: 'done', disabled: 12, gone: 9 });
      expect(await active(corp)).to.equal(10);
    });

    it('loses as many as twenty of a few', async () => {
      const dns = await crowd(25);
      await using corp = await rig();
      await corp.import();
      for (const dn of dns.slice(0, 20)) await server().admin.remove(dn);
      expect(await corp.import()).to.include({ result: 'done', gone: 20 });
    });

    it('believes no answer without anybody in it, as of a base that was mistyped', async () => {
      await crowd(3);
      await using corp = await rig();
      await corp.import();
      const { people, groups, ...config } = corp.parts.config;
      const mistyped = { ...config, groups, people: { ...people, base: server().outsideDn } };
      await using other = await importRig(mistyped, { rooms: corp.rooms });
      for (const options of [{}, { full: true }]) {
        expect(await other.import(options)).to.deep.include({ result: 'stopped', losses: 3 });
        expect(await active(corp)).to.equal(3);
      }
      expect(await corp.import()).to.include({ result: 'done', kind: 'delta', gone: 0 });
    });

    it('takes nobody for gone at their sign-in where nobody is seen, as by a service account that may not read', async () => {
      await crowd(2);
      await using corp = await rig();
      await corp.import();
      const { people, ...config } = corp.parts.config;
      const blind = { ...config, people: { ...people, base: server().outsideDn } };
      await using other = await importRig(blind, { rooms: corp.rooms });
      expect(await other.refresh('person-0')).to.equal('unchanged');
      expect(await active(corp)).to.equal(2);
      await server().admin.addPerson({ name: 'seen', parentDn: server().outsideDn });
      expect(await other.refresh('person-0')).to.equal('gone');
    });

    it('drops no groups either when there are none any more', async () => {
      const [dn = ''] = await crowd(1);
      const group = await server().admin.addGroup('Engineers', [dn]);
      await using corp = await rig();
      await corp.import();
      await server().admin.remove(group);
      expect(await corp.import({ full: true })).to.deep.include({ result: 'stopped', of: 'groups', losses: 1 });
      expect(await corp.members('Engineers')).to.deep.equal(['person-0']);
      expect(await corp.import({ full: true, acceptLosses: true })).to.include({ result: 'done' });
    });
  });
};

describeOnSamba('with Samba,', suite);
describeOnSlapd('with slapd,', suite);
