import type { Ldap } from '../connection/ldap.ts';
import { eq, ge } from '../filter.ts';
import { MOST_CHANGED } from './content-telling.ts';
import type { ContentTelling } from './content-telling.ts';

const NUMBER = 'changeNumber';
const TARGET = 'targetUniqueId';
const TIME = 'changeTime';
const KIND = 'changeType';
const MODRDN = 'modrdn';
const UNIQUE_ID = 'nsUniqueId';
const HAS_SUBORDINATES = 'hasSubordinates';

const AT_ONCE = 500;
/** A number is given out before its change can be read. */
const UNDER_WAY = 5;

/**
 * A change, by what it was about as well: the same number is another change at another server, or after this one was set
 * back. Undefined where it is forgotten, not shown, or still to come.
 */
const stateAt = async (ldap: Ldap, changelog: string, number: number): Promise<string | undefined> => {
  const change = await ldap.entry(`${NUMBER}=${String(number)},${changelog}`, [TARGET, TIME]);
  const target = change?.text(TARGET);
  return target === undefined ? undefined : `${target} ${change?.text(TIME) ?? ''} ${String(number)}`;
};

const numberOf = (state: string): number => Number(state.split(' ').at(-1));

/** Whether others stand below an entry that was renamed or moved: they were not changed by that. */
const mayHaveOthers = async (ldap: Ldap, context: string, id: string): Promise<boolean> => {
  const filter = eq(UNIQUE_ID, id);
  const { entries } = await ldap.search({ base: context, filter, attributes: [HAS_SUBORDINATES] });
  return entries.length === 0 || entries.some((entry) => entry.text(HAS_SUBORDINATES)?.toUpperCase() !== 'FALSE');
};

/**
 * The retro changelog of 389 DS (draft-good-ldap-changelog). Its plugin for content synchronisation (RFC 4533) stands on
 * the same log and tells less: not what the log forgot, and of everybody whom it leaves out that they are gone.
 */
export const toldByChangelog: ContentTelling = {
  idAttribute: UNIQUE_ID.toLowerCase(),
  isThere: ({ changelog, lastChangeNumber }) => changelog !== undefined && lastChangeNumber !== undefined,

  /** The latest change that the account sees: whoever sees none would take it for nothing. */
  async state(ldap) {
    const { changelog = '', lastChangeNumber } = await ldap.rootDse({ fresh: true });
    const last = Number(lastChangeNumber ?? 0);
    for (let number = last; number > Math.max(0, last - UNDER_WAY); number -= 1) {
      const state = await stateAt(ldap, changelog, number);
      if (state !== undefined) return state;
    }
    return undefined;
  },

  async changes(ldap, { context, state }) {
    const { changelog } = await ldap.rootDse();
    const before = numberOf(state);
    if (changelog === undefined || (await stateAt(ldap, changelog, before)) !== state) return 'state_unknown';
    const search = { base: changelog, filter: ge(NUMBER, String(before + 1)), attributes: [NUMBER, TARGET, KIND] };
    const changed = new Set<string>();
    const moved = new Set<string>();
    let [count, latest] = [0, before];
    for await (const page of ldap.pages(search, AT_ONCE)) {
      for (const entry of page) {
        const id = entry.text(TARGET)?.toLowerCase();
        if (id === undefined) return 'state_hidden';
        changed.add(id);
        if (entry.text(KIND)?.toLowerCase() === MODRDN) moved.add(id);
        count += 1;
        latest = Math.max(latest, Number(entry.text(NUMBER)));
      }
      if (changed.size > MOST_CHANGED) return 'too_many';
    }
    // Numbers have no gaps: one that is missing is a change that is not shown.
    if (count !== latest - before) return 'state_hidden';
    for (const id of moved) if (await mayHaveOthers(ldap, context, id)) return 'branch_changed';
    return { changed, byPresence: false };
  },
};
