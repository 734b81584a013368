import { SYNC_REQUEST } from '../connection/content-sync.ts';
import { MOST_CHANGED } from './content-telling.ts';
import type { ContentTelling } from './content-telling.ts';

/** Content synchronisation (RFC 4533), as OpenLDAP has it with overlay syncprov. */
export const toldBySync: ContentTelling = {
  idAttribute: 'entryuuid',
  isThere: ({ controls }) => controls.has(SYNC_REQUEST),

  /**
   * As it is written into cookies: the latest change number of each server that takes writes. Taken from where it stands,
   * since a cookie is else given only to who has everything told.
   */
  async state(ldap, context) {
    const numbers = (await ldap.entry(context, ['contextCSN']))?.texts('contextCSN') ?? [];
    return numbers.length === 0 ? undefined : `rid=000,csn=${numbers.toSorted().join(';')}`;
  },

  async changes(ldap, { context, state }, isThere) {
    const changed = new Set<string>();
    const branches: string[] = [];
    const { byPresence } = await ldap.contentSync(
      { base: context, cookie: state },
      ({ kind, ids, hasSubordinates }) => {
        if (hasSubordinates) branches.push(...ids);
        if (kind === 'present') for (const id of ids) isThere(id);
        else if (changed.size <= MOST_CHANGED) for (const id of ids) changed.add(id);
      },
    );
    if (branches.length > 0) return 'branch_changed';
    return changed.size > MOST_CHANGED ? 'too_many' : { changed, byPresence };
  },
};
