import type { Store } from '../store/port.ts';
import { everything } from '../store/query.ts';
import type { Account } from './account.ts';
import { accountFrom } from './accounts.ts';
import { each } from './all-pages.ts';
import { groupNesting, groups, memberships, NESTING_ID } from './group.ts';
import { groupIdsOf } from './memberships.ts';
import { people } from './person.ts';

const PAGE = 1000;

/** Names of all groups, by id; those of a group and of all that hold it. */
type NamesOf = (group: string) => readonly string[];

const groupNames = async (store: Store): Promise<NamesOf> => {
  const names = new Map<string, readonly string[]>();
  for await (const { id, displayName } of each(store, groups, everything)) names.set(id, [displayName]);
  if (!(await store.get(groupNesting, NESTING_ID))) return (id) => names.get(id) ?? [];
  const nested = new Map<string, readonly string[]>();
  for (const id of names.keys()) {
    const above = await groupIdsOf(store, id);
    nested.set(
      id,
      [id, ...above].flatMap((one) => names.get(one) ?? []),
    );
  }
  return (id) => nested.get(id) ?? [];
};

/**
 * For each member asked about, in rising order of their ids, the groups that hold it: one walk along all memberships.
 * Ids are ASCII (see `directoryId`), so that they have one order in the store and here.
 */
const groupsInTurn = (store: Store) => {
  const rows = each(store, memberships, everything, 'member');
  let next = rows.next();
  return async (member: string): Promise<readonly string[]> => {
    const held: string[] = [];
    for (;;) {
      const row = await next;
      if (row.done === true || row.value.member > member) return held;
      if (row.value.member === member) held.push(row.value.group);
      next = rows.next();
    }
  };
};

/** All accounts by id, in pages. People, memberships and groups are read once each, and no more than a page is held. */
export async function* accountPages(store: Store): AsyncGenerator<readonly Account[]> {
  const namesOf = await groupNames(store);
  const groupsOf = groupsInTurn(store);
  let cursor: string | undefined;
  do {
    const page = await store.find(people, everything, {
      sort: [{ path: 'id' }],
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const accounts: Account[] = [];
    for (const person of page.docs) {
      const names = (await groupsOf(person.id)).flatMap(namesOf);
      accounts.push(accountFrom(person, [...new Set(names)]));
    }
    yield accounts;
    cursor = page.next;
  } while (cursor !== undefined);
}
