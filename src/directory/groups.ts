import type { Audit } from '../audit/event.ts';
import { AppError } from '../kernel/errors.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import { fold, FOLD_VERSION } from '../kernel/text.ts';
import { change } from '../store/port.ts';
import type { Change, Doc, Found, Page, Store, Stored } from '../store/port.ts';
import { eq, everything } from '../store/query.ts';
import type { Query } from '../store/query.ts';
import { checkedName } from './attributes.ts';
import { directoryId } from './directory-id.ts';
import { groupNesting, groups, membershipId, memberships, NESTING_ID } from './group.ts';
import type { Group, Membership } from './group.ts';
import { groupIdsOf, holdingsOf } from './memberships.ts';
import type { Holding } from './memberships.ts';
import { burying } from './people.ts';
import type { By } from './people.ts';
import { people } from './person.ts';
import type { Person } from './person.ts';

export interface NewGroup {
  readonly displayName: string;
  readonly id?: string;
  readonly externalId?: string;
  /** `local` (the default) reserves the name among local groups; other sources may bring several of one name. */
  readonly source?: string;
}

/** What becomes of a group. Attributes that are not there stay; an `externalId` of undefined is unassigned. */
export interface GroupUpdate {
  readonly displayName?: string;
  readonly externalId?: string | undefined;
  /** Nobody of whom is a member. */
  readonly comers?: readonly (Stored<Person> | Stored<Group>)[];
  /** Each of whom is a member. */
  readonly leavers?: readonly Doc[];
}

/** Groups in the store. Builders give changes with their audit events; whoever calls commits them. */
export interface Groups {
  byId(id: string): Promise<Stored<Group> | undefined>;
  /** The one group of that name, folded; undefined for none. Throws `bad_request` for several. */
  byName(typed: string): Promise<Stored<Group> | undefined>;
  list(page?: Page, query?: Query): Promise<Found<Group>>;
  members(group: string, page?: Page): Promise<Found<Membership>>;
  membership(group: string, member: string): Promise<Stored<Membership> | undefined>;
  /** The groups that hold each of several, directly or through others. */
  holding(members: readonly string[]): Promise<ReadonlyMap<string, readonly Holding[]>>;

  /**
   * A name that another local group has fails the commit with `Conflict` `duplicate` `localName`, an external id that
   * another group of the source has with `externalKey`.
   */
  creating(group: NewGroup, by: By): { readonly group: Group; readonly changes: readonly Change[] };
  renaming(group: Stored<Group>, displayName: string, by: By): readonly Change[];
  /**
   * Attributes and members at once, under one new version of the group, which costs the same for every size of it; no
   * change where nothing is another. Throws `bad_request` where a group in a group would close a cycle.
   */
  updating(group: Stored<Group>, update: GroupUpdate, by: By): Promise<readonly Change[]>;
  /**
   * Who writes the group from now on; an external id says nothing to another source, and goes. To `local` it fails as
   * `creating` does.
   */
  settingSource(group: Stored<Group>, source: string, by: By): readonly Change[];
  deleting(group: Stored<Group>, by: By): readonly Change[];
  /** Someone who is a member already fails the commit with `Conflict` `duplicate` `id`. */
  adding(group: Stored<Group>, person: Stored<Person>, by: By): readonly Change[];
  /** As `adding`, for a group in a group. Throws `bad_request` where that would close a cycle. */
  nesting(group: Stored<Group>, member: Stored<Group>, by: By): Promise<readonly Change[]>;
  /** Someone who is no member fails the commit with `Conflict` `missing`. */
  removing(group: Pick<Group, 'id'>, member: Doc, by: By): readonly Change[];
}

export const createGroups = (store: Store, clock: Clock, random: Random, audit: Audit): Groups => {
  const row = (group: string, member: string, memberKind: Membership['memberKind']): Change =>
    change.insert(memberships, { id: membershipId(group, member), group, member, memberKind, addedAt: clock.now() });

  const event = (type: string, subject: string, by: By, reason?: string): Change =>
    audit.event({ ...by, type, result: 'success', subject, ...(reason === undefined ? {} : { reason }) });

  const isGroup = (member: Stored<Person> | Stored<Group>): member is Stored<Group> => !('userName' in member);

  /** Throws `bad_request` where one of them would hold itself. */
  const nestingThese = async (group: Doc, members: readonly Doc[]): Promise<readonly Change[]> => {
    if (members.length === 0) return [];
    const nesting = await store.get(groupNesting, NESTING_ID);
    const above = await groupIdsOf(store, group.id);
    if (members.some(({ id }) => id === group.id || above.has(id))) {
      throw new AppError('bad_request', 'a group cannot be a member of itself, directly or through others');
    }
    return [
      nesting
        ? change.swap(groupNesting, { ...nesting, changes: nesting.changes + 1 })
        : change.insert(groupNesting, { id: NESTING_ID, changes: 1 }),
    ];
  };

  const externally = (externalId: string | undefined, source: string) =>
    externalId === undefined ? {} : { externalId, externalKey: `${source} ${externalId}` };

  const names = (displayName: string, source: string) => {
    const name = checkedName(displayName, 'a group name');
    const folded = fold(name);
    return {
      displayName: name,
      displayNameFolded: folded,
      foldVersion: FOLD_VERSION,
      ...(source === 'local' ? { localName: folded } : {}),
    };
  };

  return {
    byId: (id) => store.get(groups, id),

    async byName(typed) {
      const found = await store.find(groups, eq('displayNameFolded', fold(typed.trim())), { limit: 2 });
      if (found.docs.length > 1) throw new AppError('bad_request', 'several groups have that name: use an id');
      return found.docs[0];
    },

    list: (page = {}, query = everything) =>
      store.find(groups, query, { sort: [{ path: 'displayNameFolded' }], ...page }),

    members: (group, page = {}) => store.find(memberships, eq('group', group), { sort: [{ path: 'id' }], ...page }),

    membership: (group, member) => store.get(memberships, membershipId(group, member)),

    holding: (members) => holdingsOf(store, members),

    creating({ displayName, id: givenId, externalId, source = 'local' }, by) {
      const now = clock.now();
      const id = directoryId(random, givenId);
      const group: Group = {
        id,
        ...names(displayName, source),
        ...externally(externalId, source),
        source,
        createdAt: now,
        updatedAt: now,
      };
      return { group, changes: [change.insert(groups, group), event('group.created', id, by)] };
    },

    renaming: (group, displayName, by) => [
      change.swap(groups, { ...group, ...names(displayName, group.source), updatedAt: clock.now() }),
      event('group.updated', group.id, by, 'displayName'),
    ],

    async updating(group, { comers = [], leavers = [], ...attributes }, by) {
      const { externalId: _externalId, externalKey: _externalKey, ...kept } = group;
      const { displayName = group.displayName } = attributes;
      const externalId = 'externalId' in attributes ? attributes.externalId : group.externalId;
      const next = {
        ...kept,
        ...names(displayName, group.source),
        ...externally(externalId, group.source),
        updatedAt: clock.now(),
      };
      const changed = (['displayName', 'externalId'] as const).filter((name) => next[name] !== group[name]);
      if (changed.length === 0 && comers.length === 0 && leavers.length === 0) return [];
      const nested = comers.filter(isGroup);
      return [
        change.swap(groups, next),
        ...(await nestingThese(group, nested)),
        ...(changed.length === 0 ? [] : [event('group.updated', group.id, by, changed.join(' '))]),
        // They must still be there, or the row would outlive them and nobody would ever remove it.
        ...comers.flatMap((member) => [
          isGroup(member) ? change.expect(groups, member) : change.expect(people, member),
          row(group.id, member.id, isGroup(member) ? 'group' : 'person'),
          event('group.member_added', member.id, by, group.id),
        ]),
        ...leavers.flatMap((member) => [
          change.take(memberships, membershipId(group.id, member.id)),
          event('group.member_removed', member.id, by, group.id),
        ]),
      ];
    },

    settingSource(group, source, by) {
      const { externalId: _externalId, externalKey: _externalKey, localName: _localName, ...kept } = group;
      return [
        change.swap(groups, { ...kept, ...names(group.displayName, source), source, updatedAt: clock.now() }),
        event('group.source_changed', group.id, by, source),
      ];
    },

    deleting: (group, by) => [
      change.take(groups, group.id, group.version),
      burying(group.id, clock.now()),
      event('group.deleted', group.id, by),
    ],

    adding: (group, person, by) => [
      // Both must still be there, or the row would outlive them and nobody would ever remove it.
      change.expect(groups, group),
      change.expect(people, person),
      row(group.id, person.id, 'person'),
      event('group.member_added', person.id, by, group.id),
    ],

    async nesting(group, member, by) {
      return [
        ...(await nestingThese(group, [member])),
        change.expect(groups, group),
        change.expect(groups, member),
        row(group.id, member.id, 'group'),
        event('group.member_added', member.id, by, group.id),
      ];
    },

    removing: (group, member, by) => [
      change.take(memberships, membershipId(group.id, member.id)),
      event('group.member_removed', member.id, by, group.id),
    ],
  };
};
