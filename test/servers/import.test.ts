import { expect } from 'chai';
import { directoryImports } from '../../plugins/ldap/import/collections.ts';
import { DAY } from '../../src/kernel/clock.ts';
import { importRig } from '../ldap/import-rig.ts';
import { optionsFor } from '../ldap/link-to.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnDs389 } from '../support/directories/on-ds389.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { mongodb } from '../support/engines.ts';

const HOSTILE = [
  'star*(x)',
  'back\\slash',
  '\\2a',
  'comma, name',
  'plus+sign',
  '#hash',
  'Lučić 学',
  'equal=less<more>',
  ' quote"d;',
];

const imports = (server: () => DirectoryServer): void => {
  const rig = (others: Readonly<Record<string, unknown>> = {}, options: Parameters<typeof importRig>[1] = {}) => {
    const { peopleDn, groupsDn } = server();
    return importRig(
      optionsFor(server(), { people: { base: peopleDn }, groups: { base: groupsDn }, ...others }),
      options,
    );
  };
  const add = (name: string, more: object = {}) => server().admin.addPerson({ name, surname: name, ...more });

  beforeEach(() => server().admin.clear());

  it('brings people with what the directory says of them, whose passwords it keeps', async () => {
    await add('ada', {
      ...{ givenName: 'Ada', surname: 'Lovelace', mail: 'ada@corp.example', employeeId: '0815' },
      ...{ mobile: '+49 170 1234567', telephone: '+49 30 1234' },
    });
    await using corp = await rig();
    expect(await corp.import()).to.include({ result: 'done', kind: 'full', read: 1, created: 1 });
    const ada = await corp.person('ada');
    expect(ada).to.deep.include({
      ...{
        authority: 'corp',
        source: 'ldap:corp',
        active: true,
        kind: 'person',
        adminRoles: [],
        employeeNumber: '0815',
      },
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      emails: [{ value: 'ada@corp.example', type: 'work', primary: true }],
      phoneNumbers: [
        { value: '+49 30 1234', type: 'work' },
        { value: '+49 170 1234567', type: 'mobile' },
      ],
    });
  });

  it('writes nothing about what is as it was, be everything read or only what changed', async () => {
    const ada = await add('ada', { mail: 'ada@corp.example', mobile: '+49 170 1' });
    await server().admin.addGroup('Engineers', [ada, await add('bob')]);
    await using corp = await rig();
    await corp.import();
    const before = await corp.rooms.events();
    const links = await corp.links();
    for (const options of [{ full: true }, {}, { full: true }]) {
      expect(await corp.import(options)).to.include({ created: 0, updated: 0, groups: 0, members: 0, gone: 0 });
    }
    expect(await corp.rooms.events()).to.deep.equal(before);
    expect(await corp.links()).to.deep.equal(links);
  });

  it('keeps somebody the same through another name and another place, and reads no more than what changed', async () => {
    const dn = await add('ada', { mail: 'ada@corp.example' });
    await using corp = await rig();
    await corp.import();
    const { id } = await corp.person('ada');

    const renamed = await server().admin.rename(dn, 'augusta');
    expect(await corp.import()).to.include({ kind: 'delta', updated: 1, created: 0, gone: 0 });
    expect(await corp.person('augusta')).to.include({ id, authority: 'corp' });

    const unit = await server().admin.addUnit('London', server().peopleDn);
    const moved = await server().admin.move(renamed, unit);
    expect(await corp.import()).to.include({ kind: 'delta', created: 0, gone: 0 });
    expect((await corp.links()).map((link) => link.dn.toLowerCase())).to.deep.equal([moved.toLowerCase()]);

    await server().admin.replace(moved, { mail: 'augusta@corp.example', mobile: '+44 1' });
    expect(await corp.import()).to.include({ kind: 'delta', updated: 1 });
    expect((await corp.person('augusta')).emails?.map(({ value }) => value)).to.deep.equal(['augusta@corp.example']);
    await server().admin.replace(moved, { mail: [], mobile: [] });
    await corp.import();
    const last = await corp.person('augusta');
    expect([last.id, last.emails, last.phoneNumbers]).to.deep.equal([id, undefined, undefined]);
    expect(await corp.names()).to.deep.equal(['augusta']);
  });

  it('ends everything of somebody who is switched off, and lets them in again when they are switched on', async () => {
    const dn = await add('ada');
    await using corp = await rig();
    await corp.import();
    const { epoch, id } = await corp.person('ada');
    await server().admin.disable(dn);
    expect(await corp.import()).to.include({ result: 'done', disabled: 1 });
    const off = await corp.person('ada');
    expect([off.active, off.epoch > epoch]).to.deep.equal([false, true]);
    expect(await corp.import({ full: true })).to.include({ disabled: 0, updated: 0 });
    await server().admin.enable(dn);
    await corp.import();
    expect(await corp.person('ada')).to.include({ id, active: true, epoch: off.epoch });
  });

  it('leaves somebody off whom an administrator here switched off, as long as the directory says nothing new', async () => {
    const dn = await add('ada');
    await using corp = await rig();
    await corp.import();
    const { people } = corp.rooms.directory;
    await corp.rooms.commit(people.updating(await corp.person('ada'), { active: false }, { actor: 'cli' }));
    await server().admin.replace(dn, { mail: 'ada@corp.example' });
    await corp.import();
    await corp.import({ full: true });
    expect(await corp.person('ada')).to.include({ active: false });
  });

  it('brings somebody who is switched off already as such', async () => {
    await server().admin.disable(await add('ada'));
    await using corp = await rig();
    await corp.import();
    expect(await corp.person('ada')).to.include({ active: false });
    expect(await corp.import()).to.include({ disabled: 0 });
  });

  it('ends everything of somebody who is deleted, at the next import, and deletes them here after the time to keep them', async () => {
    const dn = await add('ada');
    await add('bob');
    await using corp = await rig();
    await corp.import();
    const { id, epoch } = await corp.person('ada');
    await server().admin.remove(dn);
    expect(await corp.import()).to.include({ kind: 'delta', gone: 1 });
    const gone = await corp.rooms.directory.people.byId(id);
    expect([gone?.active, (gone?.epoch ?? 0) > epoch]).to.deep.equal([false, true]);
    corp.rooms.clock.advance(29 * DAY);
    await corp.import();
    expect(await corp.names()).to.deep.equal(['ada', 'bob']);
    corp.rooms.clock.advance(2 * DAY);
    await corp.import();
    expect(await corp.names()).to.deep.equal(['bob']);
    expect(await corp.links()).to.have.length(1);
  });

  it('gives a new entry with the name of a deleted one nothing of that: another person, in none of their groups', async () => {
    const dn = await add('ada');
    await add('bob');
    await using corp = await rig();
    await corp.import();
    const old = await corp.person('ada');
    const { groups, people } = corp.rooms.directory;
    const made = groups.creating({ displayName: 'Ours' }, { actor: 'cli' });
    await corp.rooms.commit(made.changes);
    await corp.rooms.commit(groups.adding(await corp.group('Ours'), old, { actor: 'cli' }));

    await server().admin.remove(dn);
    await add('ada');
    expect(await corp.import()).to.include({ result: 'done', gone: 1, created: 1 });
    const fresh = await corp.person('ada');
    expect(fresh.id).not.to.equal(old.id);
    expect([fresh.epoch, await people.byId(old.id)]).to.deep.equal([1, undefined]);
    expect(await corp.members('Ours')).to.deep.equal([]);
    expect(await corp.conflicts()).to.deep.equal([]);
  });

  it('has somebody who was moved out of sight and back again be who they were', async () => {
    const dn = await add('ada');
    await add('bob');
    await using corp = await rig();
    await corp.import();
    const { id } = await corp.person('ada');
    const outside = await server().admin.move(dn, server().outsideDn);
    expect(await corp.import()).to.include({ gone: 1 });
    expect(await corp.person('ada')).to.include({ id, active: false });
    await server().admin.move(outside, server().peopleDn);
    await corp.import();
    expect(await corp.person('ada')).to.include({ id, active: true });
    expect((await corp.links()).some(({ goneAt }) => goneAt !== undefined)).to.be.false;
  });

  it('follows two people who swap their names', async () => {
    const ada = await add('ada');
    const bob = await add('bob');
    await using corp = await rig();
    await corp.import();
    const before = [(await corp.person('ada')).id, (await corp.person('bob')).id];
    const aside = await server().admin.rename(ada, 'aside');
    await server().admin.rename(bob, 'ada');
    await server().admin.rename(aside, 'bob');
    await corp.import();
    expect([(await corp.person('bob')).id, (await corp.person('ada')).id]).to.deep.equal(before);
    expect(await corp.conflicts()).to.deep.equal([]);
  });

  it('takes every special of filters and names for what it is', async () => {
    const isSamba = server().kind === 'samba';
    const dns: string[] = [];
    // Account names of Active Directory have fewer characters (MS-ADTS section 3.1.1.5.1.2); names of entries have all.
    for (const [at, name] of HOSTILE.entries()) {
      dns.push(await server().admin.addPerson({ name: isSamba ? `person${String(at)}` : name, commonName: name }));
    }
    await server().admin.addGroup('Odd (ones)', dns);
    await using corp = await rig();
    expect(await corp.import()).to.include({ created: HOSTILE.length, members: HOSTILE.length });
    for (const dn of dns) await server().admin.replace(dn, { mail: 'odd@corp.example' });
    expect(await corp.import()).to.include({ kind: 'delta', updated: HOSTILE.length, gone: 0 });
    expect(await corp.members('Odd (ones)')).to.deep.equal(await corp.names());
  });

  it('ends everything of somebody whose password was set in the directory, once; the first sight of it ends nothing', async () => {
    const dn = await add('ada');
    // 389 DS keeps the time only with passwordTrackUpdateTime, which this one is without: it is written as it would be.
    const isKept = server().kind !== 'ds389';
    await (isKept
      ? server().admin.agePassword(dn, 3600)
      : server().admin.replace(dn, { pwdUpdateTime: '20260101000000Z' }));
    await using corp = await rig();
    await corp.import();
    await corp.import({ full: true });
    expect(corp.renewed).to.deep.equal([]);
    const { epoch, id } = await corp.person('ada');
    await server().admin.setPassword(dn, 'Second-Winter-8');
    if (!isKept) await server().admin.replace(dn, { pwdUpdateTime: '20260201000000Z' });
    await corp.import();
    await corp.import({ full: true });
    expect(corp.renewed).to.deep.equal([id]);
    expect((await corp.person('ada')).epoch).to.be.greaterThan(epoch);
  });

  it('writes no administrative role, and takes over no mark of verification', async () => {
    const dn = await add('ada', { mail: 'ada@corp.example', mobile: '+49 1' });
    await using corp = await rig();
    await corp.import();
    const ada = await corp.person('ada');
    const { people } = corp.rooms.directory;
    await corp.rooms.commit(people.settingRoles(ada, ['owner'], { actor: 'cli' }));
    await server().admin.replace(dn, { mobile: '+49 2' });
    await corp.import({ full: true });
    const after = await corp.person('ada');
    expect(after.adminRoles).to.deep.equal(['owner']);
    expect([...(after.emails ?? []), ...(after.phoneNumbers ?? [])].map((one) => 'verifiedAt' in one)).not.to.include(
      true,
    );
  });

  it('notes whom people report to, whoever came first', async () => {
    const early = await add('a-report');
    const boss = await add('boss');
    const late = await add('c-report');
    for (const dn of [early, late]) await server().admin.replace(dn, { manager: boss });
    await using corp = await rig();
    await corp.import();
    const { id } = await corp.person('boss');
    expect((await corp.person('a-report')).manager).to.deep.equal({ value: id });
    expect((await corp.person('c-report')).manager).to.deep.equal({ value: id });
    await server().admin.replace(late, { manager: early });
    await corp.import();
    expect((await corp.person('c-report')).manager?.value).to.equal((await corp.person('a-report')).id);
    await server().admin.replace(late, { manager: [] });
    await corp.import();
    expect((await corp.person('c-report')).manager).to.equal(undefined);
  });

  it('brings one person up to date at once when something is noticed at a sign-in', async () => {
    const dn = await add('ada');
    await add('bob');
    await using corp = await rig();
    await corp.import();
    const { id } = await corp.person('ada');
    expect(await corp.refresh('ada')).to.equal('unchanged');
    const renamed = await server().admin.rename(dn, 'augusta');
    expect(await corp.refresh('ada')).to.equal('updated');
    expect(await corp.person('augusta')).to.include({ id });
    await server().admin.disable(renamed);
    expect(await corp.refresh('augusta')).to.equal('disabled');
    expect(await corp.person('augusta')).to.include({ id, active: false });
    await server().admin.enable(renamed);
    expect(await corp.refresh('augusta')).to.equal('updated');
    expect(await corp.person('augusta')).to.include({ active: true });
    await server().admin.remove(renamed);
    expect(await corp.refresh('augusta')).to.equal('gone');
    expect(await corp.person('augusta')).to.include({ active: false });
    expect(await corp.import()).to.include({ gone: 0 });
  });

  it('reads everything at a server whose marks it does not know, and changes alone at one that it does', async () => {
    await add('ada');
    await using corp = await rig();
    expect(await corp.import()).to.include({ kind: 'full' });
    expect(await corp.import()).to.include({ kind: 'delta' });
    const { store } = corp.rooms;
    const state = await store.get(directoryImports, 'corp');
    if (!state) throw new Error('an import leaves where it is');
    await store.swap(directoryImports, { ...state, marks: [{ server: 'another', mark: state.marks[0]?.mark ?? '' }] });
    expect(await corp.import()).to.include({ kind: 'full', created: 0 });
    expect(await corp.import()).to.include({ kind: 'delta' });
    corp.rooms.clock.advance(DAY);
    expect(await corp.import()).to.include({ kind: 'full' });
  });

  it('brings somebody again, as somebody new, whom an administrator deleted here and the directory still has', async () => {
    await add('ada');
    await using corp = await rig();
    await corp.import();
    const old = await corp.person('ada');
    await corp.rooms.commit(await corp.rooms.directory.people.deleting(old, { actor: 'cli' }));
    await corp.import({ full: true });
    expect((await corp.person('ada')).id).not.to.equal(old.id);
    expect(await corp.links()).to.have.length(1);
  });

  it('does the same on MongoDB', async function () {
    this.timeout(180_000);
    await mongodb.require(this);
    const ada = await add('ada');
    const bob = await add('bob');
    await server().admin.addGroup('Engineers', [ada, bob]);
    await using corp = await rig({}, { engine: mongodb });
    expect(await corp.import()).to.include({ created: 2, members: 2 });
    await server().admin.remove(ada);
    await server().admin.disable(bob);
    await add('ada');
    expect(await corp.import()).to.include({ kind: 'delta', gone: 1, disabled: 1, created: 1 });
    expect(await corp.members('Engineers')).to.deep.equal(['bob']);
    expect(await corp.names()).to.deep.equal(['ada', 'bob']);
  });
};

describeOnSamba('import from Samba', (samba) => {
  imports(samba);

  it('lets people be named by their user principal name as well, and follows that', async () => {
    const { admin, realm, peopleDn, groupsDn } = samba();
    const dn = await admin.addPerson({ name: 'ada', mail: 'ada@elsewhere.example' });
    await using corp = await importRig(optionsFor(samba(), { people: { base: peopleDn }, groups: { base: groupsDn } }));
    await corp.import();
    const { id } = await corp.person('ada');
    const { people } = corp.rooms.directory;
    expect((await people.byName(`Ada@${realm}`))?.id).to.equal(id);
    await admin.replace(dn, { userPrincipalName: 'lovelace@corp.example' });
    await corp.import();
    expect((await people.byName('lovelace@corp.example'))?.id).to.equal(id);
    expect(await people.byName(`ada@${realm}`)).to.equal(undefined);
    expect((await people.byName('ada@elsewhere.example'))?.id).to.equal(id);
  });
});
describeOnSlapd('import from slapd', imports);
describeOnDs389('import from 389 DS', imports);
