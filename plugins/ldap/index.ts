import { definePlugin } from '../../src/plugin.ts';
import type { Opened, OpeningParts } from '../../src/plugin.ts';
import { auditEvents } from './audit-events.ts';
import type { DirectoryAuthority } from './authority/authority.ts';
import { openAuthority } from './authority/open-authority.ts';
import { commandGroups, commands } from './commands/commands.ts';
import { doctor } from './commands/doctor.ts';
import { bindCounts, directoryLinks, writebacks } from './collections.ts';
import { ldapConfig, ldapFaults } from './config.ts';
import type { LdapConfig } from './config.ts';
import { openLink } from './connection/open-link.ts';
import { dialectOf } from './dialects/list.ts';
import { importEvents } from './import/audit-events.ts';
import { importCollections } from './import/collections.ts';
import { importJobs } from './import/import.ts';
import { importParts } from './import/parts.ts';
import { noticed } from './import/refresh.ts';

/** What is kept open: the directories, by name. */
export interface LdapOpened extends Opened {
  readonly directories: ReadonlyMap<string, DirectoryAuthority>;
}

/** Whose somebody would be: by the domain in the name, else of the first directory. */
const bearer = (directories: LdapConfig['directories'], typedName: string): string | undefined => {
  const domain = typedName.trim().split('@')[1]?.toLowerCase();
  const named = Object.entries(directories).find(
    ([, { match }]) => domain !== undefined && match.domains?.some((each) => each.toLowerCase() === domain) === true,
  );
  return named?.[0] ?? Object.keys(directories)[0];
};

const openDirectories = (parts: OpeningParts, { directories }: LdapConfig): ReadonlyMap<string, DirectoryAuthority> =>
  new Map(
    Object.entries(directories).map(([name, config]) => {
      const link = openLink(name, config, parts);
      const dialect = dialectOf[config.dialect];
      const authority: DirectoryAuthority = openAuthority({
        ...{ ...parts, name, config, dialect, link },
        couldBear: (typed) => bearer(directories, typed) === name,
        noticed: (entry) => noticed(() => importParts(parts.host(), authority), entry),
      });
      return [name, authority];
    }),
  );

/** Directories that keep the passwords of their people: sign-in by bind, and what is written there. */
export const ldap = definePlugin<LdapConfig, LdapOpened>({
  name: 'ldap',
  config: ldapConfig,
  faults: ldapFaults,
  collections: [directoryLinks, writebacks, bindCounts, ...importCollections],
  auditEvents: { ...auditEvents, ...importEvents },
  commands,
  commandGroups,
  doctor,
  open(parts, config) {
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
  setup: (host, _config, { directories }) => ({
    jobs: [...directories.values()].flatMap((directory) => [
      ...directory.jobs,
      ...importJobs(importParts(host, directory)),
    ]),
  }),
});
