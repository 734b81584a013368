import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Certified } from '../certificate.ts';

const run = promisify(execFile);

export const REALM = 'CORP.EXAMPLE.TEST';
export const DOMAIN = 'CORP';
export const HOST_NAME = 'dc1';
export const ADMIN_PASSWORD = 'Admin-Winter-7';

/** A domain controller's files, made without a network. */
export const provision = async (folder: string): Promise<void> => {
  const options = [
    ...['interfaces=lo', 'bind interfaces only=yes'],
    // Not every file system of a test machine has extended attributes.
    'vfs objects=dfs_samba4 acl_xattr xattr_tdb',
    'ldb:nosync=true',
  ];
  await run('samba-tool', [
    ...['domain', 'provision', `--targetdir=${folder}`, `--realm=${REALM}`, `--domain=${DOMAIN}`],
    ...['--server-role=dc', '--dns-backend=NONE', `--host-name=${HOST_NAME}`, '--host-ip=127.0.0.1'],
    `--adminpass=${ADMIN_PASSWORD}`,
    ...options.map((option) => `--option=${option}`),
  ]);
  // Of its own life: what is started from here has folders made for it.
  await Promise.all(
    ['etc', 'private/tls', 'gencache.tdb'].map((part) => rm(join(folder, part), { recursive: true, force: true })),
  );
};

const tlsFiles = (folder: string) => ({ keyfile: join(folder, 'server.key'), certfile: join(folder, 'server.pem') });

const PID_FILE = 'pid/samba.pid';

/** What each start needs: a certificate, and nobody else's pid, for one that was killed leaves its own behind. */
export const prepareStart = async (folder: string, { key, cert }: Certified): Promise<void> => {
  const { keyfile, certfile } = tlsFiles(folder);
  await Promise.all([
    writeFile(keyfile, key, { mode: 0o600 }),
    writeFile(certfile, cert),
    rm(join(folder, PID_FILE), { force: true }),
  ]);
};

const FOLDERS = { lock: 'lock directory', cache: 'cache directory', pid: 'pid directory', ncalrpc: 'ncalrpc dir' };

/**
 * Writes the configuration of one that serves LDAP and nothing else, on one address.
 *
 * @returns the path of the file
 */
export const configureSamba = async (folder: string, host: string): Promise<string> => {
  await Promise.all(Object.keys(FOLDERS).map((name) => mkdir(join(folder, name), { recursive: true })));
  const tls = tlsFiles(folder);
  const lines = {
    'netbios name': HOST_NAME.toUpperCase(),
    realm: REALM,
    workgroup: DOMAIN,
    'server role': 'active directory domain controller',
    'server services': 'ldap',
    interfaces: `${host}/8`,
    'bind interfaces only': 'yes',
    'private dir': join(folder, 'private'),
    'state directory': join(folder, 'state'),
    'binddns dir': join(folder, 'bind-dns'),
    ...Object.fromEntries(Object.entries(FOLDERS).map(([name, option]) => [option, join(folder, name)])),
    'tls keyfile': tls.keyfile,
    'tls certfile': tls.certfile,
    'tls cafile': '',
    'log file': join(folder, 'log'),
    'log level': '1',
    // What a test writes need not outlive the machine.
    'ldb:nosync': 'true',
  };
  const path = join(folder, 'smb.conf');
  await writeFile(
    path,
    `[global]\n${Object.entries(lines)
      .map(([name, value]) => `${name} = ${value}\n`)
      .join('')}`,
  );
  return path;
};
