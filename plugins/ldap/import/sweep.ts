import { change, Conflict } from '../../../src/store/port.ts';
import { and, eq, le } from '../../../src/store/query.ts';
import { directoryLinks } from '../collections.ts';
import type { HeldImport } from './held-import.ts';
import { byImport, sourceOf } from './parts.ts';
import type { ImportParts } from './parts.ts';

const AT_ONCE = 100;

/**
 * Deletes those for good who came from the directory and have been gone from it for long enough. Whoever came from
 * elsewhere is deleted by that source; until then only the directory could say their password, and it has none.
 */
export const sweepGone = async (parts: ImportParts, held: Pick<HeldImport, 'commit'>): Promise<void> => {
  const { store, clock } = parts.host;
  const query = and(le('goneAt', clock.now() - parts.config.import.keepDeleted), eq('directory', parts.name));
  let cursor: string | undefined;
  do {
    const sort = [{ path: 'goneAt' }];
    const found = await store.find(directoryLinks, query, { sort, limit: AT_ONCE, ...(cursor ? { cursor } : {}) });
    for (const link of found.docs) {
      const person = await parts.directory.people.byId(link.id);
      if (person && person.source !== sourceOf(parts.name)) continue;
      const deleting = person ? await parts.directory.people.deleting(person, byImport(parts.name)) : [];
      try {
        await held.commit([...deleting, change.take(directoryLinks, link.id, link.version)]);
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
      }
    }
    cursor = found.next;
  } while (cursor !== undefined);
};
