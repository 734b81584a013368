import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Certified } from '../certificate.ts';

const run = promisify(execFile);

/** What the package makes instances of. */
const SOURCE = '/usr/share/dirsrv/data/template-dse.ldif';
const COPIED = {
  'config/certmap.conf': '/etc/dirsrv/config/certmap.conf',
  'config/slapd-collations.conf': '/etc/dirsrv/config/slapd-collations.conf',
  'config/schema/99user.ldif': '/etc/dirsrv/schema/99user.ldif',
};
const FOLDERS = ['bak', 'certs', 'config/schema', 'db', 'inst', 'ldif', 'lock', 'log', 'run', 'tmp'];

/** Attributes of entries of the configuration that are to be other than in an instance of the package. */
const CHANGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'cn=config': {
    'nsslapd-listenhost': '127.0.0.1',
    'nsslapd-securelistenhost': '127.0.0.1',
    'nsslapd-security': 'on',
    // No password over a line that anybody reads: 13 confidentialityRequired.
    'nsslapd-require-secure-binds': 'on',
    'nsslapd-accesslog-logging-enabled': 'off',
    'nsslapd-securitylog-logging-enabled': 'off',
  },
  'cn=encryption,cn=config': { nsSSLClientAuth: 'off' },
  'cn=MemberOf Plugin,cn=plugins,cn=config': { 'nsslapd-pluginEnabled': 'on', memberofgroupattr: 'member' },
  'cn=referential integrity postoperation,cn=plugins,cn=config': { 'nsslapd-pluginEnabled': 'on' },
  // By which it tells who is deleted.
  'cn=Retro Changelog Plugin,cn=plugins,cn=config': {
    'nsslapd-pluginEnabled': 'on',
    'nsslapd-attribute': 'nsuniqueid:targetUniqueId',
  },
  // It refuses names beyond ASCII, as few directories still do.
  'cn=7-bit check,cn=plugins,cn=config': { 'nsslapd-pluginEnabled': 'off' },
};

/** Salted SHA-1, in which the server wants to find the root DN's password. */
const hashed = (password: string): string => {
  const salt = randomBytes(8);
  const digest = createHash('sha1').update(password).update(salt).digest();
  return `{SSHA}${Buffer.concat([digest, salt]).toString('base64')}`;
};

const withChanges = (entry: string): string => {
  const dn = /^dn: (.*)$/m.exec(entry)?.[1] ?? '';
  return Object.entries(CHANGES[dn] ?? {}).reduce((text, [type, value]) => {
    const line = new RegExp(`^${type}: .*$`, 'im');
    return line.test(text) ? text.replace(line, `${type}: ${value}`) : `${text}\n${type}: ${value}`;
  }, entry);
};

const configurationPath = (folder: string): string => join(folder, 'config/dse.ldif');

/** Makes the files of an instance that never ran. */
export const layInstance = async (
  folder: string,
  root: { readonly dn: string; readonly password: string },
): Promise<void> => {
  await Promise.all(FOLDERS.map((name) => mkdir(join(folder, name), { recursive: true })));
  await Promise.all(Object.entries(COPIED).map(([name, from]) => copyFile(from, join(folder, name))));
  const values: Readonly<Record<string, string>> = {
    ...{ fqdn: 'localhost', ds_port: '0', ds_user: 'root', rootdn: root.dn, ds_passwd: hashed(root.password) },
    ...{ ldapi_enabled: 'off', ldapi_autobind: 'off', ldapi: join(folder, 'run/ldapi') },
    ...{ db_lib: 'bdb', db_dir: join(folder, 'db'), db_home_dir: join(folder, 'db'), ds_suffix: 'dc=example,dc=test' },
    ...{ schema_dir: join(folder, 'config/schema'), cert_dir: join(folder, 'certs') },
  };
  const filled = (await readFile(SOURCE, 'utf8')).replace(
    /%(\w+)%/g,
    (_, name: string) => values[name] ?? join(folder, name.replace(/_dir$/, '')),
  );
  const entries = filled.split(/\n{2,}/).filter((entry) => entry.startsWith('dn:'));
  await writeFile(configurationPath(folder), `${entries.map(withChanges).join('\n\n')}\n`, { mode: 0o600 });
};

/** Tells an instance, which may have been copied, where it is by now and where to listen. */
export const placeInstance = async (
  folder: string,
  ports: { readonly port: number; readonly plainPort: number },
): Promise<void> => {
  const path = configurationPath(folder);
  const text = (await readFile(path, 'utf8')).replaceAll('\n ', '');
  const before = /^nsslapd-lockdir: (.*)\/lock$/m.exec(text)?.[1] ?? folder;
  const placed = text
    .replaceAll(before, folder)
    .replace(/^nsslapd-secureport: .*\n/im, '')
    .replace(
      /^nsslapd-port: .*$/m,
      `nsslapd-port: ${String(ports.plainPort)}\nnsslapd-secureport: ${String(ports.port)}`,
    );
  await writeFile(path, placed, { mode: 0o600 });
};

/** What each start needs: a certificate in a database of NSS, and no locks of one that was killed. */
export const prepareStart = async (folder: string, { key, cert }: Certified): Promise<void> => {
  const [certs, lock] = [join(folder, 'certs'), join(folder, 'lock')];
  await Promise.all([certs, lock].map((each) => rm(each, { recursive: true, force: true })));
  await Promise.all([certs, lock].map((each) => mkdir(each)));
  const [pair, bundle] = [join(certs, 'server.pem'), join(certs, 'server.p12')];
  await writeFile(pair, key + cert, { mode: 0o600 });
  await run('openssl', ['pkcs12', '-export', '-in', pair, '-name', 'Server-Cert', '-passout', 'pass:', '-out', bundle]);
  await run('certutil', ['-N', '-d', `sql:${certs}`, '--empty-password']);
  await run('pk12util', ['-i', bundle, '-d', `sql:${certs}`, '-W', '', '-K', '']);
};
