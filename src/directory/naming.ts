import type { Store } from '../store/port.ts';
import { everything } from '../store/query.ts';
import { each } from './all-pages.ts';
import { groupNesting, groups, NESTING_ID } from './group.ts';
import type { Group } from './group.ts';
import { LOCAL, namesOf } from './group-names.ts';
import type { GroupNames } from './group-names.ts';
import { groupIdsOf } from './memberships.ts';

interface Named extends Pick<Group, 'displayName' | 'displayNameFolded' | 'source'> {
  readonly id: string;
}

/** A group with all that hold it, by its id. */
type HoldersOf = (group: string) => readonly Named[];

const allGroups = async (store: Store): Promise<ReadonlyMap<string, Named>> => {
  const all = new Map<string, Named>();
  for await (const { id, displayName, displayNameFolded, source } of each(store, groups, everything)) {
    all.set(id, { id, displayName, displayNameFolded, source });
  }
  return all;
};

const holders = async (store: Store, all: ReadonlyMap<string, Named>): Promise<HoldersOf> => {
  const single = new Map([...all].map(([id, group]) => [id, [group]]));
  if (!(await store.get(groupNesting, NESTING_ID))) return (id) => single.get(id) ?? [];
  const nested = new Map<string, readonly Named[]>();
  for (const id of all.keys()) {
    const above = await groupIdsOf(store, id);
    nested.set(
      id,
      [id, ...above].flatMap((one) => single.get(one) ?? []),
    );
  }
  return (id) => nested.get(id) ?? [];
};

/** What whoever is in these groups themselves is in, by name. */
export type Naming = (groups: readonly string[]) => GroupNames;

/** Sets of groups whose names are kept, so that memory does not grow with people. */
const MOST_KEPT = 10_000;

/** Reads all groups, for a look at everybody: those who are in the same groups get one and the same value. */
export const namingOf = async (store: Store): Promise<Naming> => {
  const all = await allGroups(store);
  const local = new Set([...all.values()].filter(({ source }) => source === LOCAL).map((one) => one.displayNameFolded));
  const holdersOf = await holders(store, all);
  const known = new Map<string, GroupNames>();
  return (ids) => {
    const key = ids.join(':');
    const found = known.get(key);
    if (found) return found;
    const { groups: own, ...further } = namesOf([...new Set(ids.flatMap(holdersOf))], local);
    // Two sources may bring groups of one name.
    const names = { groups: [...new Set(own)], ...further };
    if (known.size >= MOST_KEPT) known.clear();
    known.set(key, names);
    return names;
  };
};
