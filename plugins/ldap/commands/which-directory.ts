import { AppError } from '../../../src/kernel/errors.ts';
import type { DirectoryAuthority } from '../authority/authority.ts';
import type { LdapOpened } from '../index.ts';

const names = ({ directories }: LdapOpened): string => [...directories.keys()].join(', ');

/** Those that a command is about: the one that was named, or all. Throws `not_found`, `bad_request`. */
export const directoriesOf = (opened: LdapOpened, name: string | undefined): readonly DirectoryAuthority[] => {
  const { directories } = opened;
  if (directories.size === 0) {
    throw new AppError('bad_request', 'no directory is configured: see plugins.ldap.directories');
  }
  if (name === undefined) return [...directories.values()];
  const directory = directories.get(name);
  if (!directory) {
    throw new AppError('not_found', `there is no directory ${JSON.stringify(name)}; there are: ${names(opened)}`);
  }
  return [directory];
};

/** The one that was named, or the only one. */
export const directoryOf = (opened: LdapOpened, name: string | undefined): DirectoryAuthority => {
  const [first, ...others] = directoriesOf(opened, name);
  if (!first || others.length > 0) {
    throw new AppError('bad_request', `there are several directories: name one of ${names(opened)}`);
  }
  return first;
};
