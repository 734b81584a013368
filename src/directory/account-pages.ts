import { fieldPagesOf, pagesOf, walkAlong } from '../store/port.ts';
import type { Store } from '../store/port.ts';
import { everything } from '../store/query.ts';
import type { Account } from './account.ts';
import { accountFrom } from './accounts.ts';
import { each } from './all-pages.ts';
import { groupIdOf, groupNesting, groups, memberships, NESTING_ID } from './group.ts';
import { groupIdsOf } from './memberships.ts';
import { people } from './person.ts';

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

/** All accounts by id, in pages. People, memberships and groups are read once each, and no more than a page is held. */
export async function* accountPages(store: Store): AsyncGenerator<readonly Account[]> {
  const namesOf = await groupNames(store);
  // The index by members holds this much, so that the memberships themselves, of which there are most, are not read.
  const memberPages = fieldPagesOf(store, memberships, ['member'], everything, 'member');
  const membershipsUpTo = walkAlong(memberPages, ({ member }) => member);
  for await (const page of pagesOf(store, people, everything)) {
    const held = await membershipsUpTo(page.at(-1)?.id ?? '');
    yield page.map((person) => {
      const names = new Set<string>();
      for (const one of held.get(person.id) ?? []) for (const name of namesOf(groupIdOf(one))) names.add(name);
      return accountFrom(person, [...names]);
    });
  }
}
