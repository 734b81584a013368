import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ldap } from '../../plugins/ldap/index.ts';
import { writebacks } from '../../plugins/ldap/collections.ts';
import { doctor } from '../../src/cli/doctor.ts';
import { PasswordRefused } from '../../src/plugin.ts';
import { everything } from '../../src/store/query.ts';
import { terminal } from '../cli/terminal.ts';
import { accountOf, CORP, directorySection, directoryWorld, eventsOf } from '../ldap/directory-world.ts';
import type { DirectoryWorld } from '../ldap/directory-world.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { readOnlySlapd } from '../support/directories/slapd.ts';
import { startWindowsController } from '../support/directories/windows-controller.ts';
import type { WindowsController } from '../support/directories/windows-controller.ts';
import { freePort } from '../support/free-port.ts';
import type { Person } from '../support/person.ts';
import { roomyFolder } from '../support/roomy-folder.ts';
import { localhostCa } from '../ldap/link-to.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';
const PARTIAL_SECRETS = '1.2.840.113556.1.4.1920';
/** As a read-only domain controller sends writers on. */
const ELSEWHERE = {
  code: 10,
  diagnostic: "0000202B: RefErr: DSID-03100781, data 0, 1 access points\n\tref 1: 'corp.example.test'\n",
  referral: ['ldap://corp.example.test/CN=ada'],
};

const reset = async (world: DirectoryWorld, person: Person): Promise<void> => {
  const { store, directory } = world.app.foundation;
  await store.commit(await directory.passwords.set(await accountOf(world, person), NEXT, 'reset'));
};

const written = async (world: DirectoryWorld, person: Person): Promise<string | undefined> =>
  (await eventsOf(world, person, 'directory.written'))[0]?.reason;

/** One file with the authorities of two servers, in the folder. */
const authoritiesIn = async (folder: string, ...files: readonly string[]): Promise<string> => {
  const both = join(folder, 'both.pem');
  await writeFile(both, (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n'));
  return both;
};

describeOnSamba('A read-only domain controller', (samba) => {
  let folder: string;
  let ca: string;

  before(async () => {
    folder = await roomyFolder('read-only');
    ca = await authoritiesIn(folder, samba().caFile, localhostCa());
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(() => samba().admin.clear());

  const worldOf = (servers: readonly string[]): Promise<DirectoryWorld> =>
    directoryWorld(samba(), { directory: { servers, ca } });

  const pending = ({ app }: DirectoryWorld): Promise<number> => app.foundation.store.count(writebacks, everything);

  const controllerThat = (isKnown: boolean): Promise<WindowsController> =>
    startWindowsController(samba(), isKnown ? PARTIAL_SECRETS : undefined);

  it('that says what it is is written nothing: the next server is, proves it, and sign-ins go on at the first', async () => {
    await using readOnly = await controllerThat(true);
    await using world = await worldOf([readOnly.ldapsUrl, samba().ldapsUrl]);
    const { dn, person } = await world.joins({ name: 'ada' });
    await reset(world, person);
    expect(readOnly.modifies).to.deep.equal([]);
    expect(await samba().bind(dn, NEXT)).to.include({ ok: true });
    expect(await written(world, person)).to.include(samba().ldapsUrl);
    expect(await eventsOf(world, person, 'directory.refused')).to.deep.equal([]);
  });

  it('that says so only when it is written to is followed by the next server, and both are in the log', async () => {
    await using readOnly = await controllerThat(false);
    await using world = await worldOf([readOnly.ldapsUrl, samba().ldapsUrl]);
    const { dn, person } = await world.joins({ name: 'bob' });
    readOnly.refuses(ELSEWHERE);
    await reset(world, person);
    expect(readOnly.modifies).to.have.length(1);
    expect(await samba().bind(dn, NEXT)).to.include({ ok: true });
    expect(await written(world, person)).to.include(samba().ldapsUrl);
    const [refused] = await eventsOf(world, person, 'directory.refused');
    expect(refused?.reason).to.include(readOnly.ldapsUrl).and.include('10');
    expect(await pending(world)).to.equal(0);
  });

  it('that is alone, or whose fellows do not answer, changes nothing, and it is said so', async () => {
    await using readOnly = await controllerThat(true);
    const dead = `ldaps://localhost:${String(await freePort())}`;
    await using world = await worldOf([readOnly.ldapsUrl, dead]);
    const { dn, person } = await world.joins({ name: 'cid' });
    const failed = await reset(world, person).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(PasswordRefused).and.include({ reason: 'read_only' });
    expect(await samba().bind(dn, PASSWORD)).to.include({ ok: true });
    expect(await pending(world)).to.equal(0);
  });

  it('is told of by the doctor: that it is passed over, and that there is no other', async () => {
    await using readOnly = await controllerThat(true);
    const said = async (servers: readonly string[]): Promise<string> => {
      await using t = await terminal([doctor], [], [ldap], {
        ldap: { directories: { [CORP]: directorySection(samba(), { servers, ca }) } },
      });
      return (await t.run(['doctor'])).out;
    };
    expect(await said([readOnly.ldapsUrl, samba().ldapsUrl])).to.include(
      `${readOnly.ldapsUrl} is a read-only domain controller: passwords are written to the others.`,
    );
    expect(await said([readOnly.ldapsUrl])).to.match(/ERROR +directory corp +All of its servers .* are read-only/);
  });

  it('opens no account either: the next server does', async () => {
    await using readOnly = await controllerThat(true);
    await using world = await worldOf([readOnly.ldapsUrl, samba().ldapsUrl]);
    const { dn, person } = await world.joins({ name: 'dan' });
    await samba().admin.lock(dn);
    const { passwords } = world.app.foundation.directory;
    expect(await passwords.unlock?.(await accountOf(world, person))).to.include({ wasLocked: true });
    expect(readOnly.modifies).to.deep.equal([]);
    expect(await samba().bind(dn, PASSWORD)).to.include({ ok: true });
  });
});

describeOnSlapd('An OpenLDAP server that takes no writes', (slapd) => {
  let readOnly: DirectoryServer;
  let folder: string;
  let ca: string;

  before(async () => {
    await slapd().admin.clear();
    readOnly = await readOnlySlapd(slapd());
    folder = await roomyFolder('read-only');
    ca = await authoritiesIn(folder, slapd().caFile, readOnly.caFile);
  });
  after(async () => {
    await readOnly.kill();
    await rm(folder, { recursive: true });
  });

  const worldOf = (servers: readonly string[]): Promise<DirectoryWorld> =>
    directoryWorld(slapd(), { directory: { servers, ca } });

  it('judges sign-ins and is followed by the next one where a password is written; the log names both', async () => {
    await using world = await worldOf([readOnly.ldapsUrl, slapd().ldapsUrl]);
    const { dn, person } = await world.joins({ name: 'ada' });
    await person.signsIn();
    expect(person.outcome()).to.include({ kind: 'signed-in' });
    await reset(world, person);
    expect(await slapd().bind(dn, NEXT)).to.include({ ok: true });
    expect(await slapd().bind(dn, PASSWORD)).to.include({ ok: false });
    const [refused, ...more] = await eventsOf(world, person, 'directory.refused');
    expect(refused?.reason).to.include(readOnly.ldapsUrl).and.include('53');
    expect(more).to.deep.equal([]);
    expect(await written(world, person)).to.include(slapd().ldapsUrl);
  });

  it('changes nothing where it is alone, and it is said so', async () => {
    await using world = await worldOf([readOnly.ldapsUrl]);
    const { dn, person } = await world.joins({ name: 'bob' });
    const failed = await reset(world, person).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(PasswordRefused).and.include({ reason: 'read_only' });
    expect(await slapd().bind(dn, PASSWORD)).to.include({ ok: true });
  });
});
