import { change, Conflict } from '../../../src/store/port.ts';
import type { Change, Stored } from '../../../src/store/port.ts';
import { eq } from '../../../src/store/query.ts';
import { entryKeyOf } from '../collections.ts';
import { directoryGroups } from './collections.ts';
import type { DirectoryGroup } from './collections.ts';
import { storedDnKey } from './dn-key.ts';
import type { HeldImport } from './held-import.ts';
import { byImport, sourceOf } from './parts.ts';
import type { ImportParts } from './parts.ts';
import type { ReadGroup } from './read-group.ts';

const MOST_TRIES = 5;

export const groupLinkOf = async (
  { name, host: { store } }: Pick<ImportParts, 'name' | 'host'>,
  entry: string,
): Promise<Stored<DirectoryGroup> | undefined> =>
  (await store.find(directoryGroups, eq('entryKey', entryKeyOf(name, entry)), { limit: 1 })).docs[0];

export const ridKeyOf = (directory: string, rid: string): string => `${directory}:${rid}`;

const placeOf = ({ name }: ImportParts, { dn, rid }: ReadGroup) => ({
  dn,
  dnKey: storedDnKey(name, dn),
  ...(rid === undefined ? {} : { ridKey: ridKeyOf(name, rid) }),
});

const creating = (parts: ImportParts, read: ReadGroup): readonly Change[] => {
  const { name, directory } = parts;
  const made = directory.groups.creating({ displayName: read.displayName, source: sourceOf(name) }, byImport(name));
  const id = { id: made.group.id, directory: name, entry: read.entry, entryKey: entryKeyOf(name, read.entry) };
  return [...made.changes, change.insert(directoryGroups, { ...id, ...placeOf(parts, read) })];
};

/** What an entry makes of our groups; memberships follow when all of them are here. */
const planGroup = async (parts: ImportParts, read: ReadGroup): Promise<readonly Change[]> => {
  const link = await groupLinkOf(parts, read.entry);
  const group = link && (await parts.directory.groups.byId(link.id));
  if (!link || !group) {
    const dangling = link ? [change.take(directoryGroups, link.id, link.version)] : [];
    return [...dangling, ...creating(parts, read)];
  }
  const place = placeOf(parts, read);
  const moved = link.dn !== place.dn || link.dnKey !== place.dnKey || link.ridKey !== place.ridKey;
  const renamed = group.displayName !== read.displayName;
  return [
    ...(moved ? [change.swap(directoryGroups, { ...link, ...place })] : []),
    ...(renamed ? parts.directory.groups.renaming(group, read.displayName, byImport(parts.name)) : []),
  ];
};

const untilDone = async (
  held: Pick<HeldImport, 'commit'>,
  plan: () => Promise<readonly Change[]>,
): Promise<boolean> => {
  for (let tries = 0; ; tries += 1) {
    const changes = await plan();
    if (changes.length === 0) return false;
    try {
      await held.commit(changes);
      return true;
    } catch (error) {
      if (!(error instanceof Conflict) || tries >= MOST_TRIES) throw error;
    }
  }
};

/** Makes a group what its entry says. True where that changed something. */
export const applyGroup = (parts: ImportParts, held: Pick<HeldImport, 'commit'>, read: ReadGroup): Promise<boolean> =>
  untilDone(held, () => planGroup(parts, read));

/** Deletes a group that the directory has no more, with who was in it. */
export const dropGroup = (parts: ImportParts, held: Pick<HeldImport, 'commit'>, id: string): Promise<boolean> =>
  untilDone(held, async () => {
    const link = await parts.host.store.get(directoryGroups, id);
    if (!link) return [];
    const group = await parts.directory.groups.byId(id);
    return [
      ...(group ? parts.directory.groups.deleting(group, byImport(parts.name)) : []),
      change.take(directoryGroups, link.id, link.version),
    ];
  });
