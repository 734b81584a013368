import { memberships, people } from '../../../src/plugin.ts';
import type { DirectoryAccess, Group, Host, Membership, Person } from '../../../src/plugin.ts';
import { fieldPagesOf, pagesOf } from '../../../src/store/port.ts';
import type { Doc, Stored } from '../../../src/store/port.ts';
import { eq } from '../../../src/store/query.ts';
import type { MemberChanges } from '../patch/group.ts';
import type { Related } from '../resource/render.ts';
import { badRequest } from '../schema/scim-error.ts';

type Member = Stored<Person> | Stored<Group>;

/** Who comes into a group and who leaves it, as they are stored. */
export interface Movement {
  readonly comers: readonly Member[];
  readonly leavers: readonly Doc[];
}

export interface Members {
  /** All of a group, in the order of their ids; those who were deleted a moment ago are left out. */
  of(group: string): Promise<readonly Related[]>;
  /**
   * What the changes come to for the members that there are. Throws `ScimError` `invalidValue` for somebody who is nobody.
   *
   * @param group undefined for one that does not exist yet
   */
  moving(group: string | undefined, changes: MemberChanges): Promise<Movement>;
  /** Ids of the groups that hold this member themselves. */
  groupsWith(member: string): Promise<readonly string[]>;
}

/** Groups that somebody may be in for a question about them to be answered. */
const MOST_GROUPS = 1000;

const nameOf = (member: Pick<Person, 'displayName' | 'userName'> | Pick<Group, 'displayName'>): string | undefined =>
  member.displayName ?? ('userName' in member ? member.userName : undefined);

/** Ids of all members of a group, of which nothing else is read. */
export const memberIdsOf = async (store: Host['store'], group: string): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>();
  for await (const page of fieldPagesOf(store, memberships, ['member'], eq('group', group))) {
    for (const { member } of page) ids.add(member);
  }
  return ids;
};

export const createMembers = (
  { store }: Pick<Host, 'store'>,
  { people: persons, groups }: Pick<DirectoryAccess, 'people' | 'groups'>,
): Members => {
  const memberOf = async (id: string): Promise<Member | undefined> =>
    (await persons.byId(id)) ?? (await groups.byId(id));

  /** What an answer has of members, of whom no more is read; those who are not there any more are left out. */
  const related = async (rows: readonly Membership[]): Promise<readonly Related[]> => {
    const idsOf = (kind: Membership['memberKind']): readonly string[] =>
      rows.flatMap(({ member, memberKind }) => (memberKind === kind ? [member] : []));
    const found = [
      ...(await store.getManyFields(people, ['displayName', 'userName'], idsOf('person'))),
      ...(await Promise.all(idsOf('group').map((id) => groups.byId(id)))),
    ];
    const names = new Map(found.flatMap((member) => (member ? [[member.id, nameOf(member)] as const] : [])));
    return rows.flatMap(({ member, memberKind }) => {
      if (!names.has(member)) return [];
      const display = names.get(member);
      const type = memberKind === 'person' ? 'User' : 'Group';
      return [{ value: member, ...(display !== undefined && { display }), type }];
    });
  };

  /** Those among the ids who are members: one look for each, however many others there are. */
  const present = async (group: string | undefined, ids: readonly string[]): Promise<ReadonlySet<string>> => {
    if (group === undefined) return new Set();
    const rows = await Promise.all(ids.map((id) => groups.membership(group, id)));
    return new Set(rows.flatMap((row) => (row ? [row.member] : [])));
  };

  const comersAmong = async (ids: readonly string[]): Promise<readonly Member[]> => {
    const found = await Promise.all(ids.map(memberOf));
    const nobody = ids.filter((_, at) => found[at] === undefined);
    if (nobody.length > 0) {
      throw badRequest('invalidValue', `members: there is no person or group with the id ${JSON.stringify(nobody[0])}`);
    }
    return found.filter((member) => member !== undefined);
  };

  return {
    async of(group) {
      const members: Related[] = [];
      for await (const page of pagesOf(store, memberships, eq('group', group))) {
        members.push(...(await related(page)));
      }
      return members;
    },

    async moving(group, { replaceAll, add, remove }) {
      if (replaceAll) {
        const now = group === undefined ? new Set<string>() : await memberIdsOf(store, group);
        const wanted = new Set(replaceAll);
        return {
          comers: await comersAmong(replaceAll.filter((id) => !now.has(id))),
          leavers: [...now].filter((id) => !wanted.has(id)).map((id) => ({ id })),
        };
      }
      const [already, leaving] = await Promise.all([present(group, add), present(group, remove)]);
      return {
        comers: await comersAmong(add.filter((id) => !already.has(id))),
        leavers: [...leaving].map((id) => ({ id })),
      };
    },

    async groupsWith(member) {
      const { docs, next } = await store.find(memberships, eq('member', member), { limit: MOST_GROUPS });
      if (next !== undefined) throw badRequest('tooMany', 'the member is in too many groups to filter by');
      return docs.map(({ group }) => group);
    },
  };
};
