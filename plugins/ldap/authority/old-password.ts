import { writebacks } from '../collections.ts';
import type { DirectoryLink, Writeback } from '../collections.ts';
import type { EntryState } from '../dialects/dialect.ts';
import type { FoundEntry } from './authority.ts';
import { answersOf } from './intents.ts';
import type { AuthorityParts } from './parts.ts';

/**
 * Whether a server still has the password that was written here last: it shows that stamp, or the one before because it
 * has not heard of it yet. Where none was seen after the write, it is the first that was seen since.
 */
const isOfWrite = ({ fresh, passwordStamp, stampBefore }: DirectoryLink, stamp: string | undefined): boolean => {
  if (stamp !== undefined && stamp === stampBefore) return true;
  return stamp === (fresh?.stamp ?? passwordStamp ?? stamp);
};

/**
 * Whether the password of an entry is the one that was begun to be written: the server said so, or stamped another one in
 * the moments, by its own clock, in which that write was under way. One that somebody else set later is not taken for it.
 */
export const isTaken = (
  parts: Pick<AuthorityParts, 'config'>,
  { written, stamp, since }: Writeback,
  { changedAt, ...state }: Pick<EntryState, 'stamp' | 'changedAt'>,
): boolean => {
  if (written) return true;
  if (since === undefined || changedAt === undefined || state.stamp === stamp) return false;
  return changedAt >= since && changedAt <= since + answersOf(parts);
};

/** The hash of the one password that is right here, while the directory may take the one before it as well. */
const judgeOf = async (
  parts: Pick<AuthorityParts, 'clock' | 'store' | 'config' | 'dialect'>,
  link: DirectoryLink,
  { state }: FoundEntry,
): Promise<string | undefined> => {
  const { clock, store, config, dialect } = parts;
  if (!dialect.takesOldPasswords || config.writeback.oldPasswordAllowed === 0) return undefined;
  // Nobody has said yet what became of it, and perhaps nobody is left who would.
  const intent = await store.get(writebacks, link.id);
  if (intent && isTaken(parts, intent, state)) return intent.hash;
  const { fresh } = link;
  return fresh && fresh.until > clock.now() && isOfWrite(link, state.stamp) ? fresh.hash : undefined;
};

/** While the directory would still take the password before, only the one that was written last is right. */
export const isOld = async (
  parts: Pick<AuthorityParts, 'hashing' | 'clock' | 'store' | 'config' | 'dialect'>,
  link: DirectoryLink,
  found: FoundEntry,
  password: string,
): Promise<boolean> => {
  const hash = await judgeOf(parts, link, found);
  return hash !== undefined && !(await parts.hashing.verify(hash, password));
};
