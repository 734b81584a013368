import { fold } from '../../../src/kernel/text.ts';
import { groups } from '../../../src/plugin.ts';
import type { Group } from '../../../src/plugin.ts';
import type { Stored } from '../../../src/store/port.ts';
import { and, eq } from '../../../src/store/query.ts';
import { sourceOf } from '../clients/client.ts';
import { memberIdsOf } from '../groups/members.ts';
import { differencesOf } from '../log/difference.ts';
import type { AttributeChange } from '../log/difference.ts';
import type { Operation } from '../patch/operation.ts';
import { attributesIn } from '../resource/read.ts';
import { coerce } from '../schema/coerce.ts';
import { badRequest } from '../schema/scim-error.ts';
import { member } from '../schema/value.ts';
import type { ScimAttributes } from '../schema/value.ts';
import type { ImportParts } from './import.ts';
import { groupLine, innerFirst, keyOf } from './group-lines.ts';
import type { GroupLine } from './group-lines.ts';
import { memberFor } from './member-refs.ts';
import type { Member, MemberRef } from './member-refs.ts';
import { failed, outcomeOf } from './outcome.ts';
import type { LineOutcome } from './outcome.ts';
import type { GroupRecord } from './records.ts';

/** The client's own group that a line is about: by external id, else by a name that no other external id has. */
const groupFor = async (
  { store, asker }: ImportParts,
  { displayName, externalId }: GroupLine,
): Promise<Stored<Group> | undefined> => {
  const own = eq('source', sourceOf(asker.client));
  if (externalId !== undefined) {
    const { docs } = await store.find(groups, and(eq('externalId', externalId), own), { limit: 1 });
    if (docs[0]) return docs[0];
  }
  const { docs } = await store.find(groups, and(eq('displayNameFolded', fold(displayName)), own));
  const meant = externalId === undefined ? docs : docs.filter((one) => one.externalId === undefined);
  if (meant.length > 1) throw badRequest('invalidValue', 'several groups have that name: say the externalId');
  return meant[0];
};

const AT_ONCE = 64;

const membersFor = async (parts: ImportParts, refs: readonly MemberRef[]): Promise<readonly Member[]> => {
  const refParts = { ...parts, source: sourceOf(parts.asker.client) };
  const found = new Map<string, Member>();
  for (let first = 0; first < refs.length; first += AT_ONCE) {
    const some = await Promise.all(refs.slice(first, first + AT_ONCE).map((ref) => memberFor(refParts, ref)));
    for (const one of some) found.set(one.id ?? `coming ${one.name}`, one);
  }
  return [...found.values()];
};

/** Names that a difference lists. */
const MOST_NAMES = 20;

const listed = (names: readonly string[]): readonly string[] =>
  names.length <= MOST_NAMES ? names : [...names.slice(0, MOST_NAMES), `… ${String(names.length - MOST_NAMES)} more`];

const movement = (comers: readonly string[], leavers: readonly string[]): Readonly<Record<string, AttributeChange>> =>
  comers.length + leavers.length === 0
    ? {}
    : {
        members: {
          ...(leavers.length > 0 && { before: listed(leavers) }),
          ...(comers.length > 0 && { after: listed(comers) }),
        },
      };

const nameOf = async ({ directory }: ImportParts, id: string): Promise<string> =>
  (await directory.people.byId(id))?.userName ?? (await directory.groups.byId(id))?.displayName ?? id;

const valuesOf = (ids: readonly string[]): readonly { readonly value: string }[] => ids.map((value) => ({ value }));

const idsOf = (members: readonly Member[]): readonly string[] =>
  members.flatMap(({ id }) => (id === undefined ? [] : [id]));

const nothing = (): boolean => false;

const create = async (parts: ImportParts, { own }: GroupLine, members: readonly Member[]) => {
  if (!parts.dryRun) await parts.groups.create(parts.asker, { ...own, members: valuesOf(idsOf(members)) }, nothing);
  const { type } = parts.groups;
  return {
    ...differencesOf(type, {}, coerce(type, own)),
    ...movement(
      members.map(({ name }) => name),
      [],
    ),
  };
};

const operationsFor = (
  after: ScimAttributes,
  comers: readonly string[],
  leavers: readonly string[],
): readonly Operation[] => [
  ...(['displayName', 'externalId'] as const).map((path): Operation => {
    const value = member(after, path);
    return value === undefined ? { op: 'remove', path } : { op: 'replace', path, value };
  }),
  ...(comers.length > 0 ? [{ op: 'add', path: 'members', value: valuesOf(comers) } as const] : []),
  ...(leavers.length > 0 ? [{ op: 'remove', path: 'members', value: valuesOf(leavers) } as const] : []),
];

const change = async (
  parts: ImportParts,
  group: Stored<Group>,
  { own, members: named }: GroupLine,
  members: readonly Member[],
) => {
  const { type } = parts.groups;
  const before = attributesIn(type, group);
  const after = coerce(type, own, before);
  const now = named ? await memberIdsOf(parts.store, group.id) : new Set<string>();
  const wanted = new Set(idsOf(members));
  const comers = members.filter(({ id }) => id === undefined || !now.has(id));
  const leavers = [...now].filter((id) => !wanted.has(id));
  const leaving = await Promise.all(leavers.slice(0, MOST_NAMES).map((id) => nameOf(parts, id)));
  const changes = {
    ...differencesOf(type, before, after),
    ...movement(
      comers.map(({ name }) => name),
      [...leaving, ...leavers.slice(MOST_NAMES)],
    ),
  };
  if (Object.keys(changes).length > 0 && !parts.dryRun) {
    await parts.groups.modify(parts.asker, group.id, operationsFor(after, idsOf(comers), leavers), {}, nothing);
  }
  return changes;
};

const bring = async (parts: ImportParts, given: GroupLine): Promise<LineOutcome> => {
  const { line, externalId, displayName } = given;
  const group = await groupFor(parts, given);
  const members = await membersFor(parts, given.members ?? []);
  const changes = group ? await change(parts, group, given, members) : await create(parts, given, members);
  parts.coming.add('Group', { externalId });
  const name = `group ${displayName}`;
  if (Object.keys(changes).length === 0) return { line, name, result: 'unchanged' };
  return { line, name, result: group ? 'changed' : 'created', changes };
};

/**
 * Brings the groups of a file, once its people are there. A group is written by what comes to it and what goes, and one that
 * is as the line says is left alone; one of whose members somebody is not there is not brought at all.
 */
export async function* importingGroups(
  parts: ImportParts,
  records: readonly GroupRecord[],
): AsyncGenerator<readonly LineOutcome[]> {
  const lines = new Map<string, GroupLine>();
  for (const record of records) {
    try {
      const line = groupLine(parts.groups.type, record);
      const twin = lines.get(keyOf(line));
      if (twin) throw badRequest('invalidValue', `line ${String(twin.line)} is about the same group`);
      lines.set(keyOf(line), line);
    } catch (error) {
      yield [failed(record.line, error)];
    }
  }
  for (const line of innerFirst([...lines.values()])) yield [await outcomeOf(line.line, () => bring(parts, line))];
}
