import type { Ldap } from '../connection/ldap.ts';
import { eq, ge } from '../filter.ts';
import { MOST_CHANGED } from './content-telling.ts';
import type { ContentTelling } from './content-telling.ts';

const TARGET = 'targetUniqueId';
const KIND = 'changeType';
const MODRDN = 'modrdn';
const UNIQUE_ID = 'nsUniqueId';
const HAS_SUBORDINATES = 'hasSubordinates';

const AT_ONCE = 500;

/** Whether others stand below an entry that was renamed or moved: they were not changed by that. */
const mayHaveOthers = async (ldap: Ldap, context: string, id: string): Promise<boolean> => {
  const filter = eq(UNIQUE_ID, id);
  const { entries } = await ldap.search({ base: context, filter, attributes: [HAS_SUBORDINATES] });
  return entries.length === 0 || entries.some((entry) => entry.text(HAS_SUBORDINATES)?.toUpperCase() !== 'FALSE');
};

/**
 * The retro changelog of 389 DS (draft-good-ldap-changelog). Its plugin for content synchronisation stands on the same
 * log, and is not asked: that of version 2.3 misses changes, and can end the server.
 */
export const toldByChangelog: ContentTelling = {
  idAttribute: UNIQUE_ID.toLowerCase(),
  isThere: ({ changelog, lastChangeNumber }) => changelog !== undefined && lastChangeNumber !== undefined,

  /** The number of the latest change, where the account sees that change: whoever sees none would take it for nothing. */
  async state(ldap) {
    const { changelog = '', lastChangeNumber: last = '' } = await ldap.rootDse({ fresh: true });
    const latest = await ldap.entry(`changeNumber=${last},${changelog}`, [TARGET]);
    return latest?.has(TARGET) === true ? last : undefined;
  },

  async changes(ldap, { context, state }) {
    const { changelog, firstChangeNumber, lastChangeNumber } = await ldap.rootDse({ fresh: true });
    const next = Number(state) + 1;
    const isKnown = Number(firstChangeNumber) <= next && Number(lastChangeNumber) >= Number(state);
    if (changelog === undefined || !isKnown) return 'state_unknown';
    const search = { base: changelog, filter: ge('changeNumber', String(next)), attributes: [TARGET, KIND] };
    const changed = new Set<string>();
    const moved = new Set<string>();
    for await (const page of ldap.pages(search, AT_ONCE)) {
      for (const entry of page) {
        const id = entry.text(TARGET)?.toLowerCase();
        if (id === undefined) return 'state_hidden';
        changed.add(id);
        if (entry.text(KIND)?.toLowerCase() === MODRDN) moved.add(id);
      }
      if (changed.size > MOST_CHANGED) return 'too_many';
    }
    for (const id of moved) if (await mayHaveOthers(ldap, context, id)) return 'branch_changed';
    return { changed, byPresence: false };
  },
};
