import { fieldPagesOf, scanFieldsOf, scanOf } from '../store/port.ts';
import type { Store } from '../store/port.ts';
import { everything } from '../store/query.ts';
import type { Account, Outline } from './account.ts';
import { accountFrom } from './accounts.ts';
import { each } from './all-pages.ts';
import { ruledFields } from './declared-attribute.ts';
import type { RuledBy } from './declared-attribute.ts';
import { groupIdOf, groupNesting, groups, memberships, NESTING_ID } from './group.ts';
import type { Group } from './group.ts';
import { LOCAL, namesOf } from './group-names.ts';
import type { GroupNames } from './group-names.ts';
import { groupIdsOf } from './memberships.ts';
import { people } from './person.ts';
import type { Person } from './person.ts';

/** A group with all that hold it, by its id. */
type HoldersOf = (group: string) => readonly Named[];

interface Named extends Pick<Group, 'displayName' | 'displayNameFolded' | 'source'> {
  readonly id: string;
}

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

/** The names of all groups that hold a member, by the member. */
const namesByMember = async (store: Store): Promise<ReadonlyMap<string, GroupNames>> => {
  const all = await allGroups(store);
  const local = new Set([...all.values()].filter(({ source }) => source === LOCAL).map((one) => one.displayNameFolded));
  const holdersOf = await holders(store, all);
  const names = new Map<string, GroupNames>();
  let held = new Set<Named>();
  let of = '';
  const end = (): void => {
    const { groups: own, ...further } = namesOf([...held], local);
    // Two sources may bring groups of one name.
    names.set(of, { groups: [...new Set(own)], ...further });
  };
  // The index by members holds this much, so that the memberships themselves, of which there are most, are not read.
  for await (const page of fieldPagesOf(store, memberships, ['member'], everything, 'member')) {
    for (const membership of page) {
      if (membership.member !== of) {
        end();
        held = new Set();
        of = membership.member;
      }
      for (const group of holdersOf(groupIdOf(membership))) held.add(group);
    }
  }
  end();
  return names;
};

const NO_GROUPS: GroupNames = { groups: [] };

/**
 * All accounts, in pages. People, memberships and groups are read once each; the names of groups are held meanwhile, so
 * that people can be read as they lie: by their ids, which are drawn at random, each would be read from another place.
 */
export async function* accountPages(store: Store, ruled: RuledBy): AsyncGenerator<readonly Account[]> {
  const namesOfGroups = await namesByMember(store);
  for await (const page of scanOf(store, people)) {
    yield page.map((person) => accountFrom(person, namesOfGroups.get(person.id) ?? NO_GROUPS, ruled));
  }
}

const outlined = ['userName', 'kind', 'active', 'adminRoles'] as const;

type Outlined = Pick<Person, 'id' | (typeof outlined)[number]>;

const outlineFrom = ({ id, userName, kind, active, adminRoles }: Outlined, names: GroupNames): Outline => ({
  ...{ id, userName, kind, active },
  ...names,
  administrator: adminRoles.length > 0,
});

/**
 * Outlines of all accounts, in pages, read likewise.
 *
 * @param ruled where rules go by attributes, which takes reading them
 */
export async function* outlinePages(store: Store, ruled?: RuledBy): AsyncGenerator<readonly Outline[]> {
  const namesOfGroups = await namesByMember(store);
  if (!ruled) {
    for await (const page of scanFieldsOf(store, people, outlined)) {
      yield page.map((person) => outlineFrom(person, namesOfGroups.get(person.id) ?? NO_GROUPS));
    }
    return;
  }
  for await (const page of scanFieldsOf(store, people, [...outlined, ...ruledFields])) {
    yield page.map((person) => ({
      ...outlineFrom(person, namesOfGroups.get(person.id) ?? NO_GROUPS),
      attributes: ruled(person),
    }));
  }
}
