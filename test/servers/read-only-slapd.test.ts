import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { PasswordRefused } from '../../src/plugin.ts';
import { accountOf, directoryWorld, eventsOf } from '../ldap/directory-world.ts';
import type { DirectoryWorld } from '../ldap/directory-world.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { readOnlySlapd } from '../support/directories/slapd.ts';
import type { Person } from '../support/person.ts';
import { roomyFolder } from '../support/roomy-folder.ts';

const NEXT = 'Violet-Teapots-7-At-Noon';

describeOnSlapd('An OpenLDAP server that takes no writes', (slapd) => {
  let readOnly: DirectoryServer;
  let folder: string;
  let ca: string;

  before(async () => {
    await slapd().admin.clear();
    readOnly = await readOnlySlapd(slapd());
    folder = await roomyFolder('read-only');
    ca = join(folder, 'both.pem');
    await writeFile(ca, `${await readFile(slapd().caFile, 'utf8')}\n${await readFile(readOnly.caFile, 'utf8')}`);
  });
  after(async () => {
    await readOnly.kill();
    await rm(folder, { recursive: true });
  });

  const worldOf = (servers: readonly string[]): Promise<DirectoryWorld> =>
    directoryWorld(slapd(), { directory: { servers, ca } });

  const reset = async ({ app }: DirectoryWorld, account: Awaited<ReturnType<typeof accountOf>>): Promise<void> => {
    const { store, directory } = app.foundation;
    await store.commit(await directory.passwords.set(account, NEXT, 'reset'));
  };
  const reasons = async (world: DirectoryWorld, person: Person, type: string) =>
    (await eventsOf(world, person, type)).map(({ reason }) => reason ?? '');

  it('judges sign-ins and is followed by the next one where a password is written; the log names both', async () => {
    await using world = await worldOf([readOnly.ldapsUrl, slapd().ldapsUrl]);
    const { dn, person } = await world.joins({ name: 'ada' });
    await person.signsIn();
    expect(person.outcome()).to.include({ kind: 'signed-in' });
    await reset(world, await accountOf(world, person));
    expect(await slapd().bind(dn, NEXT)).to.include({ ok: true });
    expect(await slapd().bind(dn, PASSWORD)).to.include({ ok: false });
    const [refused, ...more] = await reasons(world, person, 'directory.refused');
    expect(refused).to.include(readOnly.ldapsUrl).and.include('53');
    expect(more).to.deep.equal([]);
    expect((await reasons(world, person, 'directory.written'))[0]).to.include(slapd().ldapsUrl);
  });

  it('changes nothing where it is alone, and it is said so', async () => {
    await using world = await worldOf([readOnly.ldapsUrl]);
    const { dn, person } = await world.joins({ name: 'bob' });
    const failed = await reset(world, await accountOf(world, person)).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(PasswordRefused).and.include({ reason: 'read_only' });
    expect(await slapd().bind(dn, PASSWORD)).to.include({ ok: true });
  });
});
