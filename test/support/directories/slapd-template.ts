import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Certified } from '../certificate.ts';
import { exampleTree } from './example-tree.ts';
import { FIRST_POLICY, writtenPolicy } from './policy-writing.ts';
import { slapdPolicy } from './slapd-policy.ts';

const run = promisify(execFile);

const tree = exampleTree(['Policies']);
const inPolicies = (name: string): string => `cn=${name},ou=Policies,${tree.baseDn}`;

/** Where things are in the directory of the tests. */
export const SLAPD_DIRECTORY = {
  ...tree,
  /** The root DN, whom no policy and no access rule binds. */
  adminDn: `cn=admin,${tree.baseDn}`,
  policyDn: inPolicies('default'),
};

const { baseDn, peopleDn, serviceDn, servicePassword, adminDn, adminPassword, policyDn } = SLAPD_DIRECTORY;
const EXEMPT_POLICY = inPolicies('exempt');

/**
 * The service account may read everybody, and below `ou=People` set a password and end a lock. slapd takes
 * `pwdAccountLockedTime` and `pwdReset` from whoever may write them; what else it notes of a password is its own.
 */
const ACCESS = [
  `to dn.subtree="${peopleDn}" attrs=userPassword by dn.exact="${serviceDn}" =w by self =xw by anonymous auth by * none`,
  `to attrs=userPassword by self =xw by anonymous auth by * none`,
  // It holds hashes.
  'to attrs=pwdHistory by * none',
  `to dn.subtree="${peopleDn}" attrs=pwdAccountLockedTime,pwdReset by dn.exact="${serviceDn}" write by * none`,
  `to * by dn.exact="${serviceDn}" read by self read by * none`,
];

const tlsFiles = (folder: string) => ({
  TLSCertificateKeyFile: join(folder, 'server.key'),
  TLSCertificateFile: join(folder, 'server.pem'),
  TLSCACertificateFile: join(folder, 'authority-of-server.pem'),
});

/** The folder of another slapd, whose database is shown and not written to. */
interface Shown {
  readonly of?: string;
}

const linesFor = (folder: string, { of }: Shown): readonly string[] => [
  ...['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`),
  'modulepath /usr/lib/ldap',
  ...['back_mdb', 'ppolicy', 'memberof', 'refint', 'syncprov'].map((name) => `moduleload ${name}`),
  `pidfile ${join(folder, 'slapd.pid')}`,
  ...Object.entries(tlsFiles(folder)).map((pair) => pair.join(' ')),
  // No password over a line that anybody reads: 13 confidentialityRequired.
  'security simple_bind=128',
  'sizelimit 500',
  'database mdb',
  `suffix ${baseDn}`,
  `rootdn ${adminDn}`,
  `rootpw ${adminPassword}`,
  `directory ${join(of ?? folder, 'data')}`,
  ...(of === undefined ? [] : ['readonly on']),
  // Room for thousands; the file grows as they come.
  `maxsize ${String(4 * 1024 ** 3)}`,
  // What a test writes need not outlive the machine.
  'dbnosync',
  'index objectClass,uid,mail,employeeNumber,member,entryUUID,entryCSN eq',
  ...ACCESS.map((rule) => `access ${rule}`),
  `limits dn.exact="${serviceDn}" size.soft=500 size.hard=500 size.prtotal=unlimited`,
  'overlay memberof',
  'overlay refint',
  'refint_attributes member',
  'overlay syncprov',
  // Few enough for tests to go beyond: it then tells who is there, instead of who is not.
  'syncprov-sessionlog 10',
  'overlay ppolicy',
  `ppolicy_default ${policyDn}`,
  'ppolicy_hash_cleartext',
  // Tells a locked account apart in the response control, and only there.
  'ppolicy_use_lockout',
];

/** Writes the configuration. Gives its path. */
export const configureSlapd = async (folder: string, shown: Shown = {}): Promise<string> => {
  const path = join(folder, 'slapd.conf');
  await mkdir(join(folder, 'data'), { recursive: true });
  await writeFile(path, `${linesFor(folder, shown).join('\n')}\n`, { mode: 0o600 });
  return path;
};

export const layCertificate = async (folder: string, { key, cert }: Certified, authority: string): Promise<void> => {
  const files = tlsFiles(folder);
  await Promise.all([
    writeFile(files.TLSCertificateKeyFile, key, { mode: 0o600 }),
    writeFile(files.TLSCertificateFile, cert),
    writeFile(files.TLSCACertificateFile, authority),
  ]);
};

const entry = (dn: string, attributes: Readonly<Record<string, string | readonly string[]>>): string =>
  [
    `dn: ${dn}`,
    ...Object.entries(attributes).flatMap(([type, values]) => [values].flat().map((value) => `${type}: ${value}`)),
  ].join('\n');

const policy = (dn: string, attributes: Readonly<Record<string, string>>): string =>
  entry(dn, { objectClass: ['device', 'pwdPolicy'], pwdAttribute: 'userPassword', ...attributes });

/** Fills a new directory while no slapd runs. */
export const provisionSlapd = async (folder: string): Promise<void> => {
  const configuration = await configureSlapd(folder);
  const entries = [
    entry(baseDn, { objectClass: ['dcObject', 'organization'], o: 'Example' }),
    ...tree.units.map((dn) => entry(dn, { objectClass: 'organizationalUnit' })),
    policy(policyDn, Object.fromEntries(writtenPolicy(slapdPolicy, FIRST_POLICY))),
    policy(EXEMPT_POLICY, { pwdLockout: 'FALSE' }),
    entry(serviceDn, {
      objectClass: ['organizationalRole', 'simpleSecurityObject'],
      userPassword: servicePassword,
      pwdPolicySubentry: EXEMPT_POLICY,
    }),
  ];
  const ldif = join(folder, 'first.ldif');
  await writeFile(ldif, `${entries.join('\n\n')}\n`, { mode: 0o600 });
  await run('/usr/sbin/slapadd', ['-q', '-f', configuration, '-l', ldif]);
};
