import type { Store } from '../store/port.ts';
import { and, eq, ge, le } from '../store/query.ts';
import { each } from './all-pages.ts';
import { groupIdOf, groupNesting, groups, memberships, NESTING_ID } from './group.ts';
import type { Group } from './group.ts';

const directGroupIds = async (store: Store, member: string): Promise<string[]> => {
  const ids: string[] = [];
  for await (const row of each(store, memberships, eq('member', member))) ids.push(row.group);
  return ids;
};

/** Ids of all groups that hold `member`, directly or through other groups. */
export const groupIdsOf = async (store: Store, member: string): Promise<ReadonlySet<string>> => {
  const seen = new Set(await directGroupIds(store, member));
  // Most organisations nest nothing: one look instead of one query for each group.
  if (seen.size === 0 || !(await store.get(groupNesting, NESTING_ID))) return seen;
  for (const id of seen) {
    for (const above of await directGroupIds(store, id)) seen.add(above);
  }
  return seen;
};

/** Entries of the index that are read for a list of people at once. */
const MOST_AT_ONCE = 1000;

/** From as many on it is likely that one look is cheaper than one for each. */
const A_PAGE = 10;

/**
 * The groups that each of several is in themselves. People of a page often lie beside each other by their ids, and then
 * what lies between the first and the last of them in the index by members is theirs, and read at one look.
 */
const directGroupIdsOf = async (
  store: Store,
  members: readonly string[],
): Promise<(member: string) => Promise<readonly string[]>> => {
  const [first, last] = [members.toSorted().at(0), members.toSorted().at(-1)];
  if (members.length < A_PAGE || first === undefined || last === undefined) {
    return (member) => directGroupIds(store, member);
  }
  const page = { sort: [{ path: 'member' }], limit: MOST_AT_ONCE };
  const { docs, next } = await store.findFields(
    memberships,
    ['member'],
    and(ge('member', first), le('member', last)),
    page,
  );
  if (next !== undefined) return (member) => directGroupIds(store, member);
  const groupsOfEach = Map.groupBy(docs, ({ member }) => member);
  return (member) => Promise.resolve((groupsOfEach.get(member) ?? []).map(groupIdOf));
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
  const directOf = await directGroupIdsOf(store, members);
  const holdings = new Map<string, readonly Holding[]>();
  for (const member of members) {
    const own = new Set(await directOf(member));
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
