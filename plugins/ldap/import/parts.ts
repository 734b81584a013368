import { AppError } from '../../../src/kernel/errors.ts';
import type { AuditEvent, DirectoryAccess, Host } from '../../../src/plugin.ts';
import type { Change, Stored } from '../../../src/store/port.ts';
import type { DirectoryAuthority } from '../authority/authority.ts';
import type { DirectoryLink } from '../collections.ts';
import type { DirectoryConfig } from '../config.ts';
import type { Link } from '../connection/link.ts';
import type { Dialect } from '../dialects/dialect.ts';

/** What the stamp of a password means that an entry has now, and the link has not. */
export interface StampSight {
  /** With what it says of passwords from now on. */
  readonly link: Stored<DirectoryLink>;
  /** What ends where somebody else set the password. They come after what was made for the person who was read. */
  readonly changes: readonly Change[];
}

/** What an import of one directory works with. */
export interface ImportParts {
  /** Of the directory. */
  readonly name: string;
  readonly config: DirectoryConfig;
  readonly dialect: Pick<Dialect, 'attributes' | 'idText' | 'idValue' | 'state'>;
  readonly link: Pick<Link, 'withService'>;
  readonly host: Pick<Host, 'store' | 'clock' | 'log' | 'audit'>;
  readonly directory: Pick<DirectoryAccess, 'people' | 'groups'>;
  sight(link: Stored<DirectoryLink>, stamp: string): Promise<StampSight>;
}

/** @throws AppError `internal` in a foreign host, which has people of its own */
export const importParts = (host: Host, { name, config, dialect, link, sight }: DirectoryAuthority): ImportParts => {
  const { directory, accounts } = host;
  if (!directory) throw new AppError('internal', 'directories have people of our own only');
  return {
    ...{ name, config, dialect, link, host, directory },
    async sight(known, stamp) {
      const account = await accounts.byId(known.id);
      return account ? sight(account, known, stamp, 'import') : { link: known, changes: [] };
    },
  };
};

/** What people and groups that came from a directory say of where they are from. */
export const sourceOf = (directory: string): string => `ldap:${directory}`;

/** Who did it, for the log. */
export const byImport = (directory: string): Pick<AuditEvent, 'actor'> => ({ actor: sourceOf(directory) });
