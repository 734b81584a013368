import { AppError } from '../../../src/kernel/errors.ts';
import { memberships } from '../../../src/plugin.ts';
import type { Group } from '../../../src/plugin.ts';
import { Conflict, fieldPagesOf } from '../../../src/store/port.ts';
import type { Change, Stored } from '../../../src/store/port.ts';
import { eq } from '../../../src/store/query.ts';
import type { Entry } from '../connection/entry.ts';
import type { Ldap } from '../connection/ldap.ts';
import { and, eq as equals } from '../filter.ts';
import { hereAt } from './by-dn.ts';
import type { Here } from './by-dn.ts';
import { groupLinkOf, ridKeyOf } from './apply-groups.ts';
import { directoryGroups } from './collections.ts';
import { dnKey, isWithin } from './dn-key.ts';
import { idPages } from './gone.ts';
import type { HeldImport } from './held-import.ts';
import { idSet } from './id-set.ts';
import type { IdSet } from './id-set.ts';
import { byImport } from './parts.ts';
import type { ImportParts } from './parts.ts';
import { linkOf } from './plan-person.ts';
import { entryIdOf } from './read-person.ts';
import { peopleScope } from './scope.ts';

/** Rows of one commit. */
const AT_ONCE = 50;
const MOST_TRIES = 5;

export interface MembersWork {
  readonly parts: ImportParts;
  readonly held: Pick<HeldImport, 'commit' | 'keep'>;
  readonly ldap: Ldap;
  /** Everybody was just read, with where they stand: whoever is unknown is none of ours, and nobody is asked. */
  readonly everybodyKnown: boolean;
}

/**
 * Who a member is. Where somebody was moved with the unit that they are in, their own entry did not change, and only
 * the server knows who stands there now.
 */
const memberAt = async ({ parts, ldap, everybodyKnown }: MembersWork, dn: string): Promise<Here | undefined> => {
  const here = await hereAt(parts, dn);
  if (here || everybodyKnown) return here;
  const { people, groups } = parts.config;
  const key = dnKey(dn);
  if (![people.base, groups.base].some((base) => isWithin(key, dnKey(base)))) return undefined;
  const entry = await ldap.entry(dn, [people.attributes.id]);
  const id = entry && entryIdOf(parts, entry);
  if (id === undefined) return undefined;
  const person = await linkOf(parts, id);
  if (person) return { kind: 'person', id: person.id };
  const group = await groupLinkOf(parts, id);
  return group && { kind: 'group', id: group.id };
};

/** Members of an entry, however many its server tells at once. */
async function* listed(ldap: Ldap, { groups }: ImportParts['config'], entry: Entry): AsyncGenerator<readonly string[]> {
  const { values, next } = entry.range(groups.member);
  if (next === undefined) yield values;
  else yield* ldap.values(entry.dn, groups.member);
}

/** Whoever has it as primary group, and so is not among its listed members (MS-ADTS section 3.1.1.4.5). */
async function* primaries({ parts, ldap }: MembersWork, rid: string): AsyncGenerator<Here> {
  const { config } = parts;
  const filter = and(peopleScope(config), equals('primaryGroupID', rid));
  for await (const ids of idPages(ldap, parts, config.people.base, filter)) {
    for (const id of ids) {
      const link = await linkOf(parts, id);
      if (link) yield { kind: 'person', id: link.id };
    }
  }
}

async function* membersOf(work: MembersWork, entry: Entry, rid: string | undefined): AsyncGenerator<Here> {
  for await (const dns of listed(work.ldap, work.parts.config, entry)) {
    for (const dn of dns) {
      const member = await memberAt(work, dn);
      if (member && (member.kind === 'person' || work.parts.config.groups.nested)) yield member;
    }
    await work.held.keep();
  }
  if (rid !== undefined) yield* primaries(work, rid);
}

const addingPerson = async ({ parts }: MembersWork, group: Stored<Group>, id: string): Promise<readonly Change[]> => {
  const person = await parts.directory.people.byId(id);
  return person ? parts.directory.groups.adding(group, person, byImport(parts.name)) : [];
};

const addingGroup = async ({ parts }: MembersWork, group: Stored<Group>, id: string): Promise<readonly Change[]> => {
  const member = await parts.directory.groups.byId(id);
  try {
    return member ? await parts.directory.groups.nesting(group, member, byImport(parts.name)) : [];
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'bad_request') throw error;
    parts.host.log.warn(
      { directory: parts.name, group: group.id, member: id },
      'a group of the directory is in itself through others: that membership is left out',
    );
    return [];
  }
};

const adding = (work: MembersWork, group: Stored<Group>, member: Here): Promise<readonly Change[]> =>
  member.kind === 'person' ? addingPerson(work, group, member.id) : addingGroup(work, group, member.id);

/** What was read once is guarded once. */
const guardedOnce = (changes: readonly Change[], group: Group): readonly Change[] => {
  const isGuard = (one: Change): boolean => one.kind === 'expect' && one.id === group.id;
  return [...changes.filter(isGuard).slice(0, 1), ...changes.filter((one) => !isGuard(one))];
};

const isThere = (error: Conflict): boolean => error.reason === 'duplicate' && error.collection === memberships.name;

/** One row, from fresh reads. True when it was written. */
const addOne = async (work: MembersWork, groupId: string, member: Here): Promise<boolean> => {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const group = await work.parts.directory.groups.byId(groupId);
    const changes = group ? await adding(work, group, member) : [];
    if (changes.length === 0) return false;
    try {
      await work.held.commit(changes);
      return true;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      if (isThere(error)) return false;
    }
  }
  return false;
};

/** Adds people some at once, and one by one where somebody else was faster. Gives how many. */
const addPeople = async (work: MembersWork, groupId: string, people: readonly Here[]): Promise<number> => {
  const group = people.length > 0 && (await work.parts.directory.groups.byId(groupId));
  if (!group) return 0;
  const changes = (await Promise.all(people.map((person) => adding(work, group, person)))).flat();
  try {
    await work.held.commit(guardedOnce(changes, group));
    return people.length;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
  let added = 0;
  for (const person of people) if (await addOne(work, groupId, person)) added += 1;
  return added;
};

const removeOne = async ({ parts, held }: MembersWork, groupId: string, member: string): Promise<boolean> => {
  try {
    await held.commit(parts.directory.groups.removing({ id: groupId }, { id: member }, byImport(parts.name)));
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
};

const removeMany = async (work: MembersWork, groupId: string, members: readonly string[]): Promise<number> => {
  const { parts, held } = work;
  const by = byImport(parts.name);
  try {
    await held.commit(members.flatMap((id) => parts.directory.groups.removing({ id: groupId }, { id }, by)));
    return members.length;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
  let removed = 0;
  for (const member of members) if (await removeOne(work, groupId, member)) removed += 1;
  return removed;
};

const rowPages = ({ parts }: MembersWork, groupId: string) =>
  fieldPagesOf(parts.host.store, memberships, ['member'], eq('group', groupId));

/** Adds whoever is not there; gives who is to be there, and how many were added. */
const addMissing = async (
  work: MembersWork,
  groupId: string,
  present: IdSet,
  members: AsyncIterable<Here>,
): Promise<{ readonly wanted: IdSet; readonly added: number }> => {
  const wanted = idSet();
  let added = 0;
  let waiting: Here[] = [];
  for await (const member of members) {
    if (!wanted.add(member.id) || present.has(member.id)) continue;
    // A nesting is guarded by all others, and so cannot share a commit with one.
    if (member.kind === 'group') added += (await addOne(work, groupId, member)) ? 1 : 0;
    else waiting.push(member);
    if (waiting.length < AT_ONCE) continue;
    added += await addPeople(work, groupId, waiting);
    waiting = [];
  }
  return { wanted, added: added + (await addPeople(work, groupId, waiting)) };
};

/** Makes the rows of a group those that its entry lists, by the difference alone. Gives how many changed. */
export const applyMembers = async (
  work: MembersWork,
  group: { readonly id: string; readonly rid: string | undefined },
  entry: Entry,
): Promise<number> => {
  const present = idSet();
  for await (const page of rowPages(work, group.id)) for (const { member } of page) present.add(member);
  const { wanted, added } = await addMissing(work, group.id, present, membersOf(work, entry, group.rid));
  let changed = added;
  let waiting: string[] = [];
  for await (const page of rowPages(work, group.id)) {
    waiting.push(...page.map(({ member }) => member).filter((member) => !wanted.has(member)));
    if (waiting.length === 0) continue;
    changed += await removeMany(work, group.id, waiting);
    waiting = [];
  }
  return changed;
};

/** Adds people to their primary groups, which no change of a group tells. Gives how many rows that made. */
export const applyPrimaries = async (
  work: MembersWork,
  people: readonly { readonly entry: string; readonly primaryGroup: string | undefined }[],
): Promise<number> => {
  const { name, host, directory } = work.parts;
  let added = 0;
  for (const { entry, primaryGroup } of people) {
    if (primaryGroup === undefined) continue;
    const query = eq('ridKey', ridKeyOf(name, primaryGroup));
    const [group] = (await host.store.find(directoryGroups, query, { limit: 1 })).docs;
    const person = group && (await linkOf(work.parts, entry));
    if (!person || (await directory.groups.membership(group.id, person.id))) continue;
    if (await addOne(work, group.id, { kind: 'person', id: person.id })) added += 1;
  }
  return added;
};
