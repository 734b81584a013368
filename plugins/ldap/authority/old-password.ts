import type { DirectoryLink } from '../collections.ts';
import type { FoundEntry } from './authority.ts';
import type { AuthorityParts } from './parts.ts';

/** While the directory would still take the password before, only the one that was written last is right. */
export const isOld = async (
  { hashing, clock }: Pick<AuthorityParts, 'hashing' | 'clock'>,
  { fresh }: DirectoryLink,
  { state }: FoundEntry,
  password: string,
): Promise<boolean> => {
  if (!fresh || fresh.until <= clock.now() || fresh.stamp !== state.stamp) return false;
  return !(await hashing.verify(fresh.hash, password));
};
