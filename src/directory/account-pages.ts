import { fieldPagesOf, scanFieldsOf, scanOf } from '../store/port.ts';
import type { Store } from '../store/port.ts';
import { everything } from '../store/query.ts';
import type { Account, Outline } from './account.ts';
import { accountFrom } from './accounts.ts';
import { each } from './all-pages.ts';
import { ruledFields } from './declared-attribute.ts';
import type { RuledBy } from './declared-attribute.ts';
import { groupIdOf, groupNesting, groups, memberships, NESTING_ID } from './group.ts';
import { groupIdsOf } from './memberships.ts';
import { people } from './person.ts';
import type { Person } from './person.ts';

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

/** The names of all groups that hold a member, by the member. */
const namesByMember = async (store: Store): Promise<ReadonlyMap<string, readonly string[]>> => {
  const namesOf = await groupNames(store);
  const held = new Map<string, readonly string[]>();
  let names = new Set<string>();
  let of = '';
  // The index by members holds this much, so that the memberships themselves, of which there are most, are not read.
  for await (const page of fieldPagesOf(store, memberships, ['member'], everything, 'member')) {
    for (const membership of page) {
      if (membership.member !== of) {
        held.set(of, [...names]);
        names = new Set();
        of = membership.member;
      }
      for (const name of namesOf(groupIdOf(membership))) names.add(name);
    }
  }
  return held.set(of, [...names]);
};

/**
 * All accounts, in pages. People, memberships and groups are read once each; the names of groups are held meanwhile, so
 * that people can be read as they lie: by their ids, which are drawn at random, each would be read from another place.
 */
export async function* accountPages(store: Store, ruled: RuledBy): AsyncGenerator<readonly Account[]> {
  const groupsOf = await namesByMember(store);
  for await (const page of scanOf(store, people)) {
    yield page.map((person) => accountFrom(person, groupsOf.get(person.id) ?? [], ruled));
  }
}

const outlined = ['userName', 'kind', 'active', 'adminRoles'] as const;

type Outlined = Pick<Person, 'id' | (typeof outlined)[number]>;

const outlineFrom = ({ id, userName, kind, active, adminRoles }: Outlined, groups: readonly string[]): Outline => ({
  ...{ id, userName, kind, active, groups },
  administrator: adminRoles.length > 0,
});

/**
 * Outlines of all accounts, in pages, read likewise.
 *
 * @param ruled where rules go by attributes, which takes reading them
 */
export async function* outlinePages(store: Store, ruled?: RuledBy): AsyncGenerator<readonly Outline[]> {
  const groupsOf = await namesByMember(store);
  if (!ruled) {
    for await (const page of scanFieldsOf(store, people, outlined)) {
      yield page.map((person) => outlineFrom(person, groupsOf.get(person.id) ?? []));
    }
    return;
  }
  for await (const page of scanFieldsOf(store, people, [...outlined, ...ruledFields])) {
    yield page.map((person) => ({
      ...outlineFrom(person, groupsOf.get(person.id) ?? []),
      attributes: ruled(person),
    }));
  }
}
