import type { DirectoryLink } from '../collections.ts';
import type { FoundEntry } from './authority.ts';
import type { AuthorityParts } from './parts.ts';

/**
 * Whether a server still has the password that was written here last: it shows that stamp, or the one before because it
 * has not heard of it yet. Where none was seen after the write, it is the first that was seen since.
 */
const isOfWrite = ({ fresh, passwordStamp, stampBefore }: DirectoryLink, stamp: string | undefined): boolean => {
  if (stamp !== undefined && stamp === stampBefore) return true;
  return stamp === (fresh?.stamp ?? passwordStamp ?? stamp);
};

/** While the directory would still take the password before, only the one that was written last is right. */
export const isOld = async (
  { hashing, clock }: Pick<AuthorityParts, 'hashing' | 'clock'>,
  link: DirectoryLink,
  { state }: FoundEntry,
  password: string,
): Promise<boolean> => {
  const { fresh } = link;
  if (!fresh || fresh.until <= clock.now() || !isOfWrite(link, state.stamp)) return false;
  return !(await hashing.verify(fresh.hash, password));
};
