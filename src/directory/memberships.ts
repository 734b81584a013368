import type { Store } from '../store/port.ts';
import { eq } from '../store/query.ts';
import { each } from './all-pages.ts';
import { groupNesting, groups, memberships, NESTING_ID } from './group.ts';
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

/** The groups themselves; a row whose group was deleted a moment ago counts for nothing. */
export const groupsOf = async (store: Store, member: string): Promise<readonly Group[]> => {
  const ids = await groupIdsOf(store, member);
  const found = await Promise.all([...ids].map((id) => store.get(groups, id)));
  return found.filter((group) => group !== undefined);
};
