import { definePlugin } from '../../src/plugin.ts';
import type { Opened } from '../../src/plugin.ts';
import { auditEvents } from './audit-events.ts';
import type { DirectoryAuthority } from './authority/authority.ts';
import { bindCounts, directoryLinks, writebacks } from './collections.ts';
import { ldapConfig, ldapFaults } from './config.ts';
import type { LdapConfig } from './config.ts';

/** What is kept open: the directories, by name. */
export interface LdapOpened extends Opened {
  readonly directories: ReadonlyMap<string, DirectoryAuthority>;
}

/** Directories that keep the passwords of their people: sign-in by bind, and what is written there. */
export const ldap = definePlugin<LdapConfig, LdapOpened>({
  name: 'ldap',
  config: ldapConfig,
  faults: ldapFaults,
  collections: [directoryLinks, writebacks, bindCounts],
  auditEvents,
  open() {
    return { directories: new Map() };
  },
  setup() {
    return {};
  },
});
