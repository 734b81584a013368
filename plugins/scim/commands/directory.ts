import { AppError } from '../../../src/kernel/errors.ts';
import type { DirectoryAccess, Host } from '../../../src/plugin.ts';

/** Throws `unavailable` in a host that keeps its own people. */
export const directoryOf = ({ directory }: Pick<Host, 'directory'>): DirectoryAccess => {
  if (!directory) throw new AppError('unavailable', 'people are kept elsewhere');
  return directory;
};
