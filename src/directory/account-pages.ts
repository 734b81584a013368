import { fieldPagesOf, scanFieldsOf, scanOf, walkAlong } from '../store/port.ts';
import type { Store } from '../store/port.ts';
import { and, eq, everything, gt } from '../store/query.ts';
import type { Account, Outline } from './account.ts';
import { accountFrom } from './accounts.ts';
import { ruledFields } from './declared-attribute.ts';
import type { RuledBy } from './declared-attribute.ts';
import { groupIdOf, memberships } from './group.ts';
import type { GroupNames } from './group-names.ts';
import { namingOf } from './naming.ts';
import { people } from './person.ts';

/** The index by members holds this much, so that the memberships themselves, of which there are most, are not read. */
const byMember = (store: Store) => fieldPagesOf(store, memberships, ['member'], everything, 'member');

/** The names of all groups that hold a member, by the member. */
const namesByMember = async (store: Store): Promise<ReadonlyMap<string, GroupNames>> => {
  const namesOf = await namingOf(store);
  const names = new Map<string, GroupNames>();
  let held: string[] = [];
  let of = '';
  const end = (): void => {
    names.set(of, namesOf(held));
  };
  for await (const page of byMember(store)) {
    for (const membership of page) {
      if (membership.member !== of) {
        end();
        held = [];
        of = membership.member;
      }
      held.push(groupIdOf(membership));
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

const outlined = ['kind', 'active', 'adminRoles'] as const;

/** Outlines for rules that go by attributes, read likewise. */
export async function* ruledOutlinePages(store: Store, ruled: RuledBy): AsyncGenerator<readonly Outline[]> {
  const namesOfGroups = await namesByMember(store);
  for await (const page of scanFieldsOf(store, people, [...outlined, ...ruledFields])) {
    yield page
      .filter((person) => person.kind === 'person' && person.active)
      .map((person) => ({
        ...{ id: person.id, kind: person.kind, active: true },
        ...(namesOfGroups.get(person.id) ?? NO_GROUPS),
        attributes: ruled(person),
        administrator: person.adminRoles.length > 0,
      }));
  }
}

const administratorIds = async (store: Store): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>();
  for await (const page of fieldPagesOf(store, people, [], gt('adminRoles', '')))
    for (const { id } of page) ids.add(id);
  return ids;
};

/** Outlines from indexes alone, along which people and their memberships are walked side by side: no person is read. */
export async function* outlinePages(store: Store): AsyncGenerator<readonly Outline[]> {
  const [namesOf, administrators] = [await namingOf(store), await administratorIds(store)];
  const membershipsUpTo = walkAlong(byMember(store), ({ member }) => member);
  for await (const page of fieldPagesOf(store, people, [], and(eq('kind', 'person'), eq('active', true)))) {
    const held = await membershipsUpTo(page.at(-1)?.id ?? '');
    yield page.map(({ id }) => ({
      ...{ id, kind: 'person', active: true },
      ...namesOf(held.get(id)?.map(groupIdOf) ?? []),
      administrator: administrators.has(id),
    }));
  }
}

/** User names by id, of those who are there. */
export const userNamesOf = async (store: Store, ids: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const found = await store.getManyFields(people, ['userName'], ids);
  return new Map(found.map(({ id, userName }) => [id, userName]));
};
