import { change, pagesOf } from '../../../src/store/port.ts';
import type { Change, Store, Stored } from '../../../src/store/port.ts';
import { eq, everything } from '../../../src/store/query.ts';
import { entryKeyOf } from '../collections.ts';
import { directoryConflicts } from './collections.ts';
import type { ConflictReason, DirectoryConflict } from './collections.ts';
import type { ImportParts } from './parts.ts';

export interface Hindrance {
  readonly reason: ConflictReason;
  /** What is in the way. */
  readonly about: string;
  /** Whose it is. */
  readonly person?: string;
}

/** Lists an entry that cannot be imported as it is; nothing where it is listed so already. */
export const listing = async (
  { name, host: { store, clock } }: Pick<ImportParts, 'name' | 'host'>,
  { entry, dn }: Pick<DirectoryConflict, 'entry' | 'dn'>,
  { reason, about, person }: Hindrance,
): Promise<readonly Change[]> => {
  const id = entryKeyOf(name, entry);
  const before = await store.get(directoryConflicts, id);
  const since = before?.reason === reason ? before.since : clock.now();
  const row = { id, directory: name, entry, dn, reason, about, ...(person === undefined ? {} : { person }), since };
  if (!before) return [change.insert(directoryConflicts, row)];
  const same = before.reason === reason && before.about === about && before.person === person && before.dn === dn;
  return same ? [] : [change.swap(directoryConflicts, { ...row, version: before.version })];
};

/** Entries that are listed, of one directory or of all, page by page. */
export const conflictPages = (store: Store, directory?: string): AsyncGenerator<readonly Stored<DirectoryConflict>[]> =>
  pagesOf(store, directoryConflicts, directory === undefined ? everything : eq('directory', directory));
