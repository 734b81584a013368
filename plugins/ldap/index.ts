import { definePlugin } from '../../src/plugin.ts';
import type { Opened } from '../../src/plugin.ts';
import { auditEvents } from './audit-events.ts';
import type { DirectoryAuthority } from './authority/authority.ts';
import { commandGroups, commands } from './commands/commands.ts';
import { bindCounts, directoryLinks, unlockings, writebacks } from './collections.ts';
import { ldapConfig, ldapFaults } from './config.ts';
import type { LdapConfig } from './config.ts';
import { importEvents } from './import/audit-events.ts';
import { importCollections } from './import/collections.ts';

/** What is kept open: the directories, by name. */
export interface LdapOpened extends Opened {
  readonly directories: ReadonlyMap<string, DirectoryAuthority>;
}

/** Directories that keep the passwords of their people: sign-in by bind, and what is written there. */
export const ldap = definePlugin<LdapConfig, LdapOpened>({
  name: 'ldap',
  config: ldapConfig,
  faults: ldapFaults,
  collections: [directoryLinks, writebacks, unlockings, bindCounts, ...importCollections],
  auditEvents: { ...auditEvents, ...importEvents },
  commands,
  commandGroups,
  doctor: async (context) => (await import('./commands/doctor.ts')).doctor(context),
  async open(parts, config) {
    // Most installations have none, and what works with them is a good part of the program.
    if (Object.keys(config.directories).length === 0) return { directories: new Map() };
    const { openDirectories } = await import('./open-directories.ts');
    const directories = openDirectories(parts, config);
    return {
      directories,
      authorities: Object.fromEntries(directories),
      stop() {
        for (const { link } of directories.values()) link.close();
        return Promise.resolve();
      },
    };
  },
  async setup(host, _config, { directories }) {
    const { givingUpJob } = await import('./authority/given-up.ts');
    const others = givingUpJob(host, directories.keys());
    if (directories.size === 0) return { jobs: [others] };
    return { jobs: [others, ...(await import('./open-directories.ts')).jobsOf(host, directories)] };
  },
});
