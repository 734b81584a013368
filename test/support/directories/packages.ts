import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A server as Debian packages it. */
export interface PackagedServer {
  readonly title: string;
  readonly packages: readonly string[];
  /** All of them are there once the packages are. */
  readonly files: readonly string[];
  /** Only root may do what it takes to run it. */
  readonly asRoot: boolean;
}

export const SAMBA: PackagedServer = {
  title: 'Samba AD',
  packages: [
    ...['samba', 'samba-ad-dc', 'samba-ad-provision', 'samba-dsdb-modules', 'samba-vfs-modules', 'winbind'],
    'python3-setproctitle',
  ],
  files: ['/usr/sbin/samba', '/usr/bin/samba-tool', '/usr/share/samba/setup/provision.ldif'],
  // Its ports are fixed: 389 and 636.
  asRoot: true,
};

export const SLAPD: PackagedServer = {
  title: 'OpenLDAP slapd',
  packages: ['slapd'],
  files: ['/usr/sbin/slapd', '/usr/lib/ldap/ppolicy.so'],
  asRoot: false,
};

export const DS389: PackagedServer = {
  title: '389 DS',
  packages: ['389-ds-base'],
  files: ['/usr/sbin/ns-slapd', '/usr/sbin/dscreate'],
  asRoot: true,
};

export const packagedServers: readonly PackagedServer[] = [SAMBA, SLAPD, DS389];

export const aptCommand = (packages: readonly string[]): string =>
  `apt-get install -y --no-install-recommends ${packages.join(' ')}`;

const isThere = (file: string): boolean => {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
};

export const isInstalled = ({ files }: PackagedServer): boolean => files.every(isThere);

/** Why it cannot run here, with what would change that; nothing when it can. */
export const whyNot = (server: PackagedServer): string | undefined => {
  if (!isInstalled(server)) return `needs ${server.title}; as root on Debian: ${aptCommand(server.packages)}`;
  return server.asRoot && process.getuid?.() !== 0 ? `needs ${server.title}, which runs as root only` : undefined;
};

/** By which what was provisioned is told from that of another version. */
export const packageVersion = async (name: string): Promise<string> => {
  const { stdout } = await run('dpkg-query', ['-W', '-f', '${Version}', name]);
  return stdout.replace(/[^\w.]/g, '-');
};
