import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { Client } from 'ldapts';
import { PASSWORD } from '../support/directories/directory-server.ts';
import type { CertificateKind, DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnDs389 } from '../support/directories/on-ds389.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';
import { changeAs, resetAs } from '../support/directories/password-writes.ts';
import { during } from '../support/directories/sessions.ts';
import { answerTo, asService, codeOf, refusal } from './answers.ts';

const INVALID_CREDENTIALS = 49;
const INSUFFICIENT_ACCESS = 50;
const NEXT = 'Second-Summer-8';

/** What the tests of everything that speaks to directories take for granted. */
const everyDirectory = (server: () => DirectoryServer): void => {
  let alice: string;
  beforeEach(async () => {
    await server().admin.clear();
    alice = await server().admin.addPerson({ name: 'alice', givenName: 'Alice', surname: 'Arden' });
  });

  it('tells a right password from a wrong one, over TLS with its certificate verified', async () => {
    const { adminDn, adminPassword, bind } = server();
    expect(await bind(adminDn, adminPassword)).to.include({ ok: true });
    expect(await bind(alice, PASSWORD)).to.include({ ok: true });
    expect(await bind(alice, 'wrong')).to.include({ ok: false, code: INVALID_CREDENTIALS });
  });

  it('takes no password without TLS, and takes it after StartTLS', async () => {
    const { ldapUrl, caFile, serviceDn, servicePassword } = server();
    const ca = await readFile(caFile);
    await during(new Client({ url: ldapUrl }), async (client) => {
      // 8 strongerAuthRequired or 13 confidentialityRequired.
      expect(await refusal(client.bind(serviceDn, servicePassword))).to.be.oneOf(['8', '13']);
    });
    await during(new Client({ url: ldapUrl }), async (client) => {
      await client.startTLS({ ca });
      await client.bind(serviceDn, servicePassword);
    });
  });

  it('lets the service account set a password and change nothing else, below its unit and nowhere else', async () => {
    const { admin, bind, outsideDn } = server();
    const outside = await admin.addPerson({ name: 'oscar', parentDn: outsideDn });
    const reset = (dn: string) => asService(server(), (client) => resetAs(server(), client, dn, NEXT));
    expect(codeOf(await reset(alice))).to.equal(0);
    expect(await bind(alice, NEXT)).to.include({ ok: true });
    expect(codeOf(await reset(outside))).to.equal(INSUFFICIENT_ACCESS);
    expect(await bind(outside, PASSWORD)).to.include({ ok: true });
    const others = await asService(server(), (client) => client.del(alice));
    expect(codeOf(others)).to.equal(INSUFFICIENT_ACCESS);
  });

  it('lets people change their own password with the old one', async () => {
    const { bind } = server();
    const own = { dn: alice, password: PASSWORD };
    const change = (old: string) => (client: Client) => changeAs(server(), client, alice, { old, next: NEXT });
    expect(codeOf(await answerTo(server(), own, change('Wrong-Summer-9')))).to.not.equal(0);
    expect(await bind(alice, NEXT)).to.include({ ok: false });
    expect(codeOf(await answerTo(server(), own, change(PASSWORD)))).to.equal(0);
    expect(await bind(alice, NEXT)).to.include({ ok: true });
  });

  it('is renamed, moved, put in groups and removed by the administrator', async () => {
    const { admin, peopleDn, bind } = server();
    const renamed = await admin.rename(alice, 'alicia', 'Arden, "Alicia" + #1');
    const unit = await admin.addUnit('Moved', peopleDn);
    const moved = await admin.move(renamed, unit);
    expect(await bind(moved, PASSWORD)).to.include({ ok: true });
    const group = await admin.addGroup('staff', [moved]);
    await admin.addGroup('everybody', [group]);
    const bob = await admin.addPerson({ name: 'bob' });
    await admin.addMembers(group, [bob]);
    await admin.removeMembers(group, [moved]);
    await admin.remove(moved);
    expect(await bind(moved, PASSWORD)).to.include({ ok: false });
  });

  it('comes back where it was after it was killed, with everything that was answered', async () => {
    const { admin, bind, kill, restart } = server();
    await admin.setPassword(alice, NEXT);
    await kill();
    expect(await refusal(bind(alice, NEXT))).to.equal('ECONNREFUSED');
    await restart();
    expect(await bind(alice, NEXT)).to.include({ ok: true });
  });

  it('can show certificates that must be refused', async () => {
    const { bind, kill, restart } = server();
    const refusals: Partial<Record<CertificateKind, string>> = {};
    for (const kind of ['expired', 'another name', 'another authority', 'right'] as const) {
      await kill();
      await restart(kind);
      refusals[kind] = await refusal(bind(alice, PASSWORD));
    }
    expect(refusals).to.deep.equal({
      expired: 'CERT_HAS_EXPIRED',
      'another name': 'ERR_TLS_CERT_ALTNAME_INVALID',
      'another authority': 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      right: 'nothing',
    });
  });
};

describeOnSamba('A Samba AD', everyDirectory);
describeOnSlapd('An OpenLDAP slapd', everyDirectory);
describeOnDs389('A 389 DS', everyDirectory);
