import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { LdapFailure } from '../../plugins/ldap/connection/failure.ts';
import type { Ldap } from '../../plugins/ldap/connection/ldap.ts';
import { isSameDn } from '../../plugins/ldap/distinguished-name.ts';
import { dnPart } from '../../plugins/ldap/escaping.ts';
import { PASSWORD_POLICY, passwordPolicyOf } from '../../plugins/ldap/connection/password-policy.ts';
import { and, eq, present } from '../../plugins/ldap/filter.ts';
import { failureOf, linkBy, optionsFor } from '../ldap/link-to.ts';
import { createAuthority } from '../support/certificate.ts';
import { CROWD, PASSWORD } from '../support/directories/directory-server.ts';
import type { DirectoryServer } from '../support/directories/directory-server.ts';
import { describeOnDs389 } from '../support/directories/on-ds389.ts';
import { describeOnSamba } from '../support/directories/on-samba.ts';
import { describeOnSlapd } from '../support/directories/on-slapd.ts';

const NAMES = { samba: 'sAMAccountName', slapd: 'uid', ds389: 'uid' } as const;

/** Every special of RFC 4515 and RFC 4514, and what looks like a filter or a name of its own. */
const HOSTILE = [
  '*)(objectClass=*',
  'back\\slash',
  '\\2a',
  'a,ou=elsewhere',
  'a+uid=b',
  '#first "quoted" <and> ; = last',
  'Lučić 学',
];

const speaksTo = (server: () => DirectoryServer): void => {
  let folder = '';
  let stranger = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
    stranger = join(folder, 'stranger.pem');
    await writeFile(stranger, createAuthority('Somebody else').cert);
  });
  after(() => rm(folder, { recursive: true }));

  const byName = (name: string) => eq(NAMES[server().kind], name);
  const link = (others: Readonly<Record<string, unknown>> = {}) => linkBy(optionsFor(server(), others));

  it('finds entries as the service account, attributes by name in any case and bytes as they are', async () => {
    using corp = link();
    const dn = await server().admin.addPerson({ name: 'ada', mail: 'ada@corp.example' });
    const found = await corp.withService((ldap) =>
      ldap.search({ base: server().peopleDn, filter: byName('ada'), attributes: ['mail', 'objectClass'] }),
    );
    expect(found.entries.map((entry) => entry.dn.toLowerCase())).to.deep.equal([dn.toLowerCase()]);
    expect(found.entries[0]?.text('MAIL')).to.equal('ada@corp.example');
    expect(found.entries[0]?.texts('objectclass')).not.to.be.empty;
    expect(found.entries[0]?.bytes('mail')).to.deep.equal(Buffer.from('ada@corp.example'));
    expect(found.entries[0]?.has('cn')).to.be.false;
  });

  it('tells nothing from something that is not there', async () => {
    using corp = link();
    await corp.withService(async (ldap) => {
      const { entries, truncated } = await ldap.search({ base: server().peopleDn, filter: byName('nobody') });
      expect([entries.length, truncated]).to.deep.equal([0, false]);
      expect(await ldap.entry(`cn=nobody,${server().peopleDn}`)).to.equal(undefined);
      const failure = await failureOf(ldap.search({ base: `ou=nowhere,${server().baseDn}`, filter: byName('x') }));
      expect(failure).to.include({ code: 32, outcomeUnknown: false, server: server().ldapsUrl });
    });
  });

  it('says which of more entries than wanted are all', async () => {
    using corp = link();
    for (const name of ['one', 'two', 'three']) await server().admin.addPerson({ name, surname: 'Same' });
    const same = { base: server().peopleDn, filter: eq('sn', 'Same'), attributes: [] };
    await corp.withService(async (ldap) => {
      const two = await ldap.search({ ...same, sizeLimit: 2 });
      expect([two.entries.length, two.truncated]).to.deep.equal([2, true]);
      const three = await ldap.search({ ...same, sizeLimit: 3 });
      expect([three.entries.length, three.truncated]).to.deep.equal([3, false]);
    });
  });

  it('reads page after page, each entry once', async () => {
    using corp = link();
    for (let number = 1; number <= 7; number += 1) await server().admin.addPerson({ name: `paged${number}` });
    const everybody = { base: server().peopleDn, filter: present('objectClass'), attributes: [] };
    const dns = (entries: readonly { readonly dn: string }[]) => entries.map((entry) => entry.dn);
    const { pages, whole } = await corp.withService(async (ldap) => ({
      pages: await Array.fromAsync(ldap.pages(everybody, 3)),
      whole: await Array.fromAsync(ldap.pages(everybody)),
    }));
    expect(pages.length).to.be.above(2);
    expect(pages.every((page) => page.length <= 3)).to.be.true;
    expect(dns(pages.flat()).toSorted()).to.deep.equal(dns(whole.flat()).toSorted());
    expect(new Set(dns(pages.flat())).size).to.equal(pages.flat().length);
  });

  it('tells a right password from a wrong one, with the words of the server, and leaves no connection', async () => {
    using corp = link();
    const dn = await server().admin.addPerson({ name: 'grace' });
    const right = await corp.bindAs(dn, PASSWORD);
    expect(right).to.include({ right: true });
    expect(right.server?.url).to.equal(server().ldapsUrl);
    const wrong = await corp.bindAs(dn, 'Wrong-Winter-7');
    expect(wrong).to.include({ right: false, code: 49 });
    if (server().kind === 'samba') expect(wrong.diagnostic).to.match(/data 52e/);
  });

  it('never takes an empty password for a right one, though the server would', async () => {
    using corp = link();
    const dn = await server().admin.addPerson({ name: 'empty' });
    for (const [name, password] of [
      [dn, ''],
      [dn, `${PASSWORD}\0`],
      [dn, '\0'],
      ['', PASSWORD],
      [`${dn}\0`, PASSWORD],
      [dn, '\ud800'],
    ] as const) {
      const outcome = await corp.bindAs(name, password);
      expect(outcome, JSON.stringify([name, password])).to.include({ right: false, code: 49, server: undefined });
      const asked = await corp.asPerson(name, password, async () => 'never');
      expect(asked).not.to.have.property('result');
    }
  });

  it('writes, and tells a refusal by its code and the words of the server', async () => {
    using corp = link();
    const dn = await server().admin.addPerson({ name: 'written' });
    const failure = await corp.withService((ldap) =>
      failureOf(ldap.modify(dn, [{ operation: 'replace', attribute: 'title', values: ['no right to this'] }])),
    );
    expect(failure).to.include({ code: 50, outcomeUnknown: false, isOutage: false, server: server().ldapsUrl });
    expect(corp.lines).to.deep.equal([]);
    using admin = link({ bindDn: server().adminDn, bindPassword: `plain:${server().adminPassword}` });
    const title = await admin.withService(async (ldap) => {
      await ldap.modify(dn, [{ operation: 'replace', attribute: 'title', values: ['Dr.'] }]);
      return (await ldap.entry(dn, ['title']))?.text('title');
    });
    expect(title).to.equal('Dr.');
  });

  it('works as a person on the connection where the password was right', async () => {
    using corp = link();
    const dn = await server().admin.addPerson({ name: 'self' });
    const own = async (ldap: Ldap) => (await ldap.entry(dn, ['objectClass']))?.dn.toLowerCase();
    const bound = await corp.asPerson(dn, PASSWORD, own);
    expect(bound).to.include({ right: true, result: dn.toLowerCase() });
    expect(await corp.asPerson(dn, 'Wrong-Winter-7', own)).to.include({ right: false, code: 49 });
  });

  for (const commonName of HOSTILE) {
    it(`finds somebody called ${commonName} and nobody else, by name and by DN`, async () => {
      using corp = link();
      // Names of accounts may not hold such characters in Active Directory, those of entries may.
      const isSamba = server().kind === 'samba';
      const name = isSamba ? `hostile${HOSTILE.indexOf(commonName)}` : commonName;
      const made = await server().admin.addPerson({ name, commonName });
      const dn = `${dnPart(isSamba ? 'cn' : 'uid', commonName)},${server().peopleDn}`;
      expect(isSameDn(made, dn), made).to.be.true;
      const { entries, at } = await corp.withService(async (ldap) => ({
        entries: (await ldap.search({ base: server().peopleDn, filter: and(present('cn'), eq('cn', commonName)) }))
          .entries,
        at: await ldap.entry(dn, ['cn']),
      }));
      expect(entries.map((entry) => entry.text('cn'))).to.deep.equal([commonName]);
      expect(at?.text('cn')).to.equal(commonName);
      expect(await corp.bindAs(dn, PASSWORD)).to.include({ right: true });
    });
  }

  it('says what the server is, asked once in five minutes', async () => {
    using corp = link();
    const dse = await corp.withService((ldap) => ldap.rootDse());
    expect(dse.controls).to.include('1.2.840.113556.1.4.319');
    expect(dse.namingContexts.map((dn) => dn.toLowerCase())).to.include(server().baseDn.toLowerCase());
    expect(await corp.withService((ldap) => ldap.rootDse())).to.equal(dse);
    expect(await corp.withService((ldap) => ldap.rootDse({ fresh: true }))).not.to.equal(dse);
    const before = await corp.withService((ldap) => ldap.rootDse());
    corp.clock.advance(300_001);
    expect(await corp.withService((ldap) => ldap.rootDse())).not.to.equal(before);
  });

  it('speaks StartTLS where the address is ldap://', async () => {
    using corp = link({ servers: [server().ldapUrl] });
    const dn = await server().admin.addPerson({ name: 'starttls' });
    expect(await corp.bindAs(dn, PASSWORD)).to.include({ right: true });
    const dse = await corp.withService((ldap) => ldap.rootDse());
    expect(dse.namingContexts).not.to.be.empty;
  });

  for (const address of ['ldapsUrl', 'ldapUrl'] as const) {
    it(`refuses a certificate of another name or an unknown authority at ${address}, and sends nothing`, async () => {
      using other = link({ servers: [server()[address]], serverName: 'other.example' });
      using unknown = link({ servers: [server()[address]], ca: stranger });
      for (const corp of [other, unknown]) {
        const failure = await failureOf(corp.withService((ldap) => ldap.rootDse()));
        expect(failure).to.include({ code: 'tls', outcomeUnknown: false, isOutage: true });
        expect((await failureOf(corp.bindAs(server().serviceDn, server().servicePassword))).code).to.equal('tls');
      }
    });
  }

  it('takes the name that it is told to for that of the certificate', async () => {
    using corp = link({ serverName: server().name });
    expect(await corp.withService(async ({ server: at }) => at.url)).to.equal(server().ldapsUrl);
  });

  it('does not try a service password again that was refused, but after a minute, and then two', async () => {
    using corp = link({ bindPassword: 'plain:Wrong-Winter-7' });
    const first = await failureOf(corp.withService(async () => 'never'));
    expect(first).to.include({ code: 49, isOutage: false });
    const again = async () => await failureOf(corp.withService(async () => 'never'));
    expect(await again()).to.equal(first);
    corp.clock.advance(60_000);
    const second = await again();
    expect(second).not.to.equal(first);
    corp.clock.advance(60_000);
    expect(await again()).to.equal(second);
    corp.clock.advance(60_000);
    expect(await again()).not.to.equal(second);
  });
};

describeOnSlapd('A link to slapd', (slapd) => {
  speaksTo(slapd);

  it('changes passwords by RFC 3062, and hears what the policy says of a change and of a bind', async () => {
    using corp = linkBy(optionsFor(slapd()));
    await slapd().admin.setPolicy({ minLength: 12 });
    const dn = await slapd().admin.addPerson({ name: 'policed' });
    await corp.withService(async (ldap) => {
      const short = await failureOf(ldap.passwordModify({ user: dn, next: 'short' }, [PASSWORD_POLICY]));
      expect([short.code, passwordPolicyOf(short.controls)]).to.deep.equal([19, { error: 'passwordTooShort' }]);
      await ldap.passwordModify({ user: dn, next: 'Second-Winter-7' }, [PASSWORD_POLICY]);
    });
    expect(await corp.bindAs(dn, PASSWORD)).to.include({ right: false, code: 49 });
    const own = await corp.asPerson(dn, 'Second-Winter-7', (ldap) =>
      ldap.passwordModify({ old: 'Second-Winter-7', next: 'Third-Winter-77' }),
    );
    expect(own).to.include({ right: true });
    await slapd().admin.mustChange(dn);
    const forced = await corp.bindAs(dn, 'Third-Winter-77');
    expect([forced.right, forced.policy]).to.deep.equal([true, { error: 'changeAfterReset' }]);
  });
});

describeOnDs389('A link to 389 DS', speaksTo);

describeOnSamba('A link to Samba', (samba) => {
  speaksTo(samba);

  it('reads all members of a group that has thousands', async () => {
    using corp = linkBy(optionsFor(samba()));
    const members = await corp.withService((ldap) => Array.fromAsync(ldap.values(samba().crowdDn, 'member')));
    expect(new Set(members.flat()).size).to.equal(CROWD);
  });

  it('hears what changed since a cookie, without a right to replicate', async () => {
    using corp = linkBy(optionsFor(samba()));
    const sync = { base: samba().baseDn, filter: eq('objectClass', 'user') };
    await samba().admin.addPerson({ name: 'still' });
    const changing = await samba().admin.addPerson({ name: 'changing' });
    const { cookie, entries } = await corp.withService((ldap) => ldap.dirSync(sync));
    expect(entries.length).to.be.above(1);
    await samba().admin.replace(changing, { title: 'Dr.' });
    const next = await corp.withService((ldap) => ldap.dirSync({ ...sync, cookie }));
    expect(next.entries.map(({ dn }) => dn)).to.deep.equal([changing]);
    expect(next.entries[0]?.text('title')).to.equal('Dr.');
    expect(next.more).to.be.false;
  });

  it('tells 12 of a critical control that the server lacks', async () => {
    using corp = linkBy(optionsFor(samba()));
    const dn = await samba().admin.addPerson({ name: 'hinted' });
    const hints = { oid: '1.2.840.113556.1.4.2239', critical: true, value: Buffer.from('3003020101', 'hex') };
    const change = { operation: 'replace', attribute: 'lockoutTime', values: ['0'] } as const;
    const failure = await corp.withService((ldap) => failureOf(ldap.modify(dn, [change], [hints])));
    expect(failure).to.be.instanceOf(LdapFailure).and.include({ code: 12 });
  });
});
