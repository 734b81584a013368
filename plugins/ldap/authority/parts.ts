import { AppError } from '../../../src/kernel/errors.ts';
import type { DirectoryAccess, Host, OpeningParts } from '../../../src/plugin.ts';
import type { DirectoryConfig } from '../config.ts';
import type { Link } from '../connection/link.ts';
import type { Dialect } from '../dialects/dialect.ts';

/** What everything of one directory's authority stands on. */
export interface AuthorityParts extends Pick<
  OpeningParts,
  'clock' | 'random' | 'secrets' | 'log' | 'store' | 'hashing' | 'audit'
> {
  /** Of the directory, as configured. */
  readonly name: string;
  readonly config: DirectoryConfig;
  readonly dialect: Dialect;
  readonly link: Link;
  /** Whether somebody with a name that nobody bears would be of this directory rather than of another. */
  readonly couldBear: (typedName: string) => boolean;
  host(): Host;
  /** Told at a sign-in that an entry (its id) is not as the link has it: gone, back, moved, switched off or on. */
  noticed?(entry: string): Promise<void>;
}

export const directoryAccess = ({ host }: Pick<AuthorityParts, 'host'>): DirectoryAccess => {
  const { directory } = host();
  if (!directory) throw new AppError('internal', 'directories have people of our own only');
  return directory;
};
