import type { Job } from '../../src/kernel/schedule.ts';
import type { Host, OpeningParts } from '../../src/plugin.ts';
import { openAuthority } from './authority/open-authority.ts';
import type { DirectoryAuthority } from './authority/authority.ts';
import type { LdapConfig } from './config.ts';
import { directoryTimer } from './connection/measured.ts';
import { openLink } from './connection/open-link.ts';
import { directoryFigures } from './directory-figures.ts';
import { dialectOf } from './dialects/list.ts';
import { importJobs } from './import/import.ts';
import { importParts } from './import/parts.ts';
import { noticed } from './import/refresh.ts';

/** Whose somebody would be: by the domain in the name, else of the first directory. */
const bearer = (directories: LdapConfig['directories'], typedName: string): string | undefined => {
  const domain = typedName.trim().split('@')[1]?.toLowerCase();
  const named = Object.entries(directories).find(
    ([, { match }]) => domain !== undefined && match.domains?.some((each) => each.toLowerCase() === domain) === true,
  );
  return named?.[0] ?? Object.keys(directories)[0];
};

/** Each configured directory, with its connections, by its name. */
export const openDirectories = (
  parts: OpeningParts,
  { directories }: LdapConfig,
): ReadonlyMap<string, DirectoryAuthority> => {
  const timer = directoryTimer(parts.metrics);
  const opened = new Map(
    Object.entries(directories).map(([name, config]) => {
      const link = openLink(name, config, { ...parts, timer });
      const dialect = dialectOf[config.dialect];
      const authority: DirectoryAuthority = openAuthority({
        ...{ ...parts, name, config, dialect, link },
        couldBear: (typed) => bearer(directories, typed) === name,
        noticed: (entry) => noticed(() => importParts(parts.host(), authority), entry),
      });
      return [name, authority];
    }),
  );
  directoryFigures(parts.metrics, () => [...opened.values()].map(({ link }) => link));
  return opened;
};

/** What a server does about them beside requests. */
export const jobsOf = (host: Host, directories: ReadonlyMap<string, DirectoryAuthority>): readonly Job[] =>
  [...directories.values()].flatMap((directory) => [...directory.jobs, ...importJobs(importParts(host, directory))]);
