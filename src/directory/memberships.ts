import type { Store } from '../store/port.ts';
import { eq } from '../store/query.ts';
import { groupIdOf, groupNesting, groups, memberships, NESTING_ID } from './group.ts';
import type { Group } from './group.ts';

/** Most entries that one page of the store has: hardly anybody is in more groups. */
const AT_ONCE = 1000;

/** From the index by members alone, and without a turn to others after each: a list of people asks for each of them. */
const directGroupIds = async (store: Store, member: string): Promise<string[]> => {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = { limit: AT_ONCE, ...(cursor !== undefined && { cursor }) };
    const { docs, next } = await store.findFields(memberships, ['member'], eq('member', member), page);
    ids.push(...docs.map(groupIdOf));
    cursor = next;
  } while (cursor !== undefined);
  return ids;
};

/** Ids of all groups that hold `member`, directly or through other groups. */
export const groupIdsOf = async (store: Store, member: string): Promise<ReadonlySet<string>> => {
  const seen = new Set(await directGroupIds(store, member));
  // Most organisations nest nothing: one look instead of one query for each group.
  if (seen.size === 0 || !(await store.get(groupNesting, NESTING_ID))) return seen;
  for (const id of seen) {
    const above = await directGroupIds(store, id);
    // A group that was deleted leads nobody into others, though its rows may not have been swept yet.
    if (above.length > 0 && (await store.get(groups, id))) for (const one of above) seen.add(one);
  }
  return seen;
};

/** A group that somebody is in. */
export interface Holding {
  readonly group: Group;
  /** Whether they are in it themselves, and not by another group alone. */
  readonly direct: boolean;
}

/** The groups of several at once: each group is read once, however many are in it. */
export const holdingsOf = async (
  store: Store,
  members: readonly string[],
): Promise<ReadonlyMap<string, readonly Holding[]>> => {
  const nested = (await store.get(groupNesting, NESTING_ID)) !== undefined;
  const known = new Map<string, Promise<Group | undefined>>();
  const groupOf = (id: string): Promise<Group | undefined> => {
    const group = known.get(id) ?? store.get(groups, id);
    known.set(id, group);
    return group;
  };
  const holdings = new Map<string, readonly Holding[]>();
  for (const member of members) {
    const own = new Set(await directGroupIds(store, member));
    const all = nested ? await groupIdsOf(store, member) : own;
    const found = await Promise.all([...all].map(async (id) => ({ group: await groupOf(id), direct: own.has(id) })));
    holdings.set(
      member,
      found.flatMap(({ group, direct }) => (group ? [{ group, direct }] : [])),
    );
  }
  return holdings;
};

/** The groups themselves; a row whose group was deleted a moment ago counts for nothing. */
export const groupsOf = async (store: Store, member: string): Promise<readonly Group[]> => {
  const ids = await groupIdsOf(store, member);
  const found = await Promise.all([...ids].map((id) => store.get(groups, id)));
  return found.filter((group) => group !== undefined);
};
