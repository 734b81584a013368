import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ldap } from '../../plugins/ldap/index.ts';
import { terminal } from '../cli/terminal.ts';
import type { Outcome } from '../cli/terminal.ts';
import { CORP, directorySection } from '../ldap/directory-world.ts';
import { change } from '../support/directories/common-work.ts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnDs389 } from '../support/directories/on-ds389.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';

const run = promisify(execFile);

const plugins = [ldap] as unknown as Parameters<typeof terminal>[2];

/** By an account that has no rights yet. */
const setupBy = async (server: DirectoryServer, bindDn: string, ...more: readonly string[]): Promise<Outcome> => {
  const section = directorySection(server, {
    ...{ bindDn, bindPassword: `plain:${PASSWORD}` },
    people: { base: server.peopleDn },
  });
  await using t = await terminal([], [], plugins, { ldap: { directories: { [CORP]: section } } });
  const outcome = await t.run(['writeback', 'setup', CORP, ...more]);
  return outcome;
};

const ALL = /^reset a password +yes$[^]*^unlock +yes$[^]*^nothing else: no other attribute can be written +yes$/m;

describeOnSamba('What sets a service account of a Samba domain up', (samba) => {
  it('gives it the rights of a reset and no others', async function () {
    this.timeout(60_000);
    const { admin, outsideDn, caFile } = samba();
    const account = await admin.addPerson({ name: 'svc-other', parentDn: outsideDn });
    const subject = await admin.addPerson({ name: 'throwaway' });
    const before = await setupBy(samba(), account, '--try', subject);
    expect([before.code, before.out]).to.satisfy(([code, out]: [number, string]) => code === 1 && out.includes(' NO '));

    const { out } = await setupBy(samba(), account);
    const [, objectDn = '', sddl = ''] = /^samba-tool dsacl set --objectdn='(.+)' --sddl='(.+)'$/m.exec(out) ?? [];
    const folder = dirname(caFile);
    const where = ['-s', join(folder, 'smb.conf'), '-H', join(folder, 'private/sam.ldb')];
    await run('samba-tool', ['dsacl', 'set', ...where, `--objectdn=${objectDn}`, `--sddl=${sddl}`]);

    const after = await setupBy(samba(), account, '--try', subject);
    expect(after.code, after.out).to.equal(0);
    expect(after.out).to.match(ALL);
  });

  it('is printed for dsacls and PowerShell too, with the same rights and names', async () => {
    const account = await samba().admin.addPerson({ name: "svc-o'neil", parentDn: samba().outsideDn });
    const { out } = await setupBy(samba(), account);
    for (const right of ['CA;Reset Password', 'CA;Change Password', 'WP;lockoutTime', 'WP;pwdLastSet']) {
      expect(out).to.include(
        `dsacls "${samba().peopleDn}" /I:S /G "svc-o'neil@${samba().realm.toLowerCase()}:${right};user"`,
      );
    }
    expect(out).to.include("$sid = (Get-ADUser 'svc-o''neil').SID");
    expect(out.match(/AddAccessRule/g)).to.have.length(4);
  });
});

describeOnSlapd('What sets a service account of slapd up', (slapd) => {
  it('gives it the rights of a reset and no others, by the judgement of slapd itself', async () => {
    const { admin, outsideDn, caFile } = slapd();
    const account = await admin.addPerson({ name: 'svc-other', parentDn: outsideDn });
    const subject = await admin.addPerson({ name: 'throwaway' });
    const { out } = await setupBy(slapd(), account);
    const rules = [...out.matchAll(/^access (.+)$/gm)].map(([line]) => line);
    expect([...out.matchAll(/^olcAccess: \{\d\}(.+)$/gm)].map(([, rule = '']) => `access ${rule}`)).to.deep.equal(
      rules,
    );

    const folder = dirname(caFile);
    const lines = (await readFile(join(folder, 'slapd.conf'), 'utf8')).split('\n');
    const first = lines.findIndex((line) => line.startsWith('access '));
    const file = join(folder, 'with-recipe.conf');
    await writeFile(file, lines.toSpliced(first, 0, ...rules).join('\n'), { mode: 0o600 });
    const asked = ['userPassword/write', 'userPassword/read', 'pwdHistory/read', 'pwdAccountLockedTime/write'];
    const more = ['pwdReset/write', 'mail/read', 'mail/write', 'description/write'];
    const { stdout, stderr } = await run('/usr/sbin/slapacl', [
      '-f',
      file,
      '-D',
      account,
      '-b',
      subject,
      ...asked,
      ...more,
    ]);
    const judged = [...`${stdout}${stderr}`.matchAll(/^(\w+ access to \w+): (ALLOWED|DENIED)$/gm)];
    expect(Object.fromEntries(judged.map(([, what, verdict]) => [what, verdict]))).to.deep.equal({
      'write access to userPassword': 'ALLOWED',
      'read access to userPassword': 'DENIED',
      'read access to pwdHistory': 'DENIED',
      'write access to pwdAccountLockedTime': 'ALLOWED',
      'write access to pwdReset': 'ALLOWED',
      'read access to mail': 'ALLOWED',
      'write access to mail': 'DENIED',
      'write access to description': 'DENIED',
    });
  });
});

describeOnDs389('What sets a service account of 389 DS up', (ds389) => {
  it('gives it the rights of a reset and no others', async function () {
    this.timeout(60_000);
    const { admin, outsideDn } = ds389();
    const account = await admin.addPerson({ name: 'svc-other', parentDn: outsideDn });
    const subject = await admin.addPerson({ name: 'throwaway' });
    expect((await setupBy(ds389(), account, '--try', subject)).code).to.equal(1);

    const { out } = await setupBy(ds389(), account);
    const given = [...out.matchAll(/^dn: (.+)\nchangetype: modify\nadd: aci\naci: (.+)$/gm)];
    expect(given.map(([, dn]) => dn)).to.deep.equal([ds389().peopleDn, ds389().baseDn, 'cn=config']);
    const each = (operation: 'add' | 'delete') =>
      admin.during(async (client) => {
        for (const [, dn = '', aci = ''] of given) await client.modify(dn, change(operation, 'aci', [aci]));
      });
    await each('add');
    try {
      const after = await setupBy(ds389(), account, '--try', subject);
      expect(after.code, after.out).to.equal(0);
      expect(after.out).to.match(ALL);
    } finally {
      await each('delete');
    }
  });
});
