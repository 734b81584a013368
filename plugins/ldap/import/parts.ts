import type { AuditEvent, DirectoryAccess, Host } from '../../../src/plugin.ts';
import type { Change, Stored } from '../../../src/store/port.ts';
import type { Person } from '../../../src/plugin.ts';
import type { DirectoryLink } from '../collections.ts';
import type { DirectoryConfig } from '../config.ts';
import type { Link } from '../connection/link.ts';
import type { Dialect } from '../dialects/dialect.ts';

/** What belongs to a password that somebody changed in the directory, besides its stamp in the link. */
export type PasswordSeen = (person: Stored<Person>, link: DirectoryLink) => Promise<readonly Change[]>;

/** What an import of one directory works with. */
export interface ImportParts {
  /** Of the directory. */
  readonly name: string;
  readonly config: DirectoryConfig;
  readonly dialect: Pick<Dialect, 'attributes' | 'idText' | 'idValue' | 'state'>;
  readonly link: Pick<Link, 'withService'>;
  readonly host: Pick<Host, 'store' | 'clock' | 'log' | 'audit'>;
  readonly directory: Pick<DirectoryAccess, 'people' | 'groups'>;
  readonly passwordSeen: PasswordSeen;
}

/** What people and groups that came from a directory say of where they are from. */
export const sourceOf = (directory: string): string => `ldap:${directory}`;

/** Who did it, for the log. */
export const byImport = (directory: string): Pick<AuditEvent, 'actor'> => ({ actor: sourceOf(directory) });
