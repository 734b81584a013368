import type { Job } from '../../../src/kernel/schedule.ts';
import type { Account, Passwords, Preflight } from '../../../src/plugin.ts';
import type { DirectoryConfig } from '../config.ts';
import type { Entry } from '../connection/entry.ts';
import type { LdapServer } from '../connection/ldap.ts';
import type { Link } from '../connection/link.ts';
import type { Dialect, DirectoryPolicy, EntryState } from '../dialects/dialect.ts';
import type { Renewal } from './renewal.ts';

/** Somebody's entry, as it is at this moment on one server. */
export interface FoundEntry {
  readonly found: 'one';
  readonly entry: Entry;
  /** objectGUID, entryUUID or nsUniqueId, as the link has it. */
  readonly id: string;
  /** Who said so. What belongs together is asked and written there. */
  readonly server: LdapServer;
  readonly policy: DirectoryPolicy;
  readonly state: EntryState;
}

export type Lookup =
  | FoundEntry
  /** Nobody; also somebody who was never linked, whatever their name. */
  | { readonly found: 'none' }
  /** Several entries bear the name of somebody who was never linked. */
  | { readonly found: 'several' };

/** What `latchkey doctor` and the check of a writeback tell of a directory. */
export interface DirectoryDescription {
  readonly server: LdapServer;
  /** Policy of most people. */
  readonly policy: DirectoryPolicy;
  /** Whether resets obey history and minimum age: by a control in Active Directory, by the policy elsewhere. */
  readonly resetsObeyHistory: boolean;
}

/** A directory that keeps the passwords of its people. */
export interface DirectoryAuthority extends Passwords {
  readonly name: string;
  readonly config: DirectoryConfig;
  readonly link: Link;
  readonly dialect: Dialect;
  /** Throws `LdapFailure`. */
  find(account: Account): Promise<Lookup>;
  /** Whether a reset would be written, and why not. Throws `LdapFailure` where nobody answers. */
  check(account: Account): Promise<Preflight>;
  /** What a stamp means that was seen in the directory, for imports. */
  readonly sight: Renewal['sight'];
  readonly jobs: readonly Job[];
  /** Throws `LdapFailure`. */
  describe(): Promise<DirectoryDescription>;
}
