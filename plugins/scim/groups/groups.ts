import { groups } from '../../../src/plugin.ts';
import type { DirectoryAccess, Group, GroupUpdate, Host } from '../../../src/plugin.ts';
import { AppError } from '../../../src/kernel/errors.ts';
import { Conflict } from '../../../src/store/port.ts';
import type { Change, Stored } from '../../../src/store/port.ts';
import { sourceOf } from '../clients/client.ts';
import type { Asker, Client } from '../clients/client.ts';
import { mustOwn } from '../clients/ownership.ts';
import { written } from '../log/log.ts';
import type { Writing } from '../log/log.ts';
import { memberIdsIn, patchedGroup } from '../patch/group.ts';
import type { GroupPatch } from '../patch/group.ts';
import { again } from '../people/again.ts';
import { badUniqueness, noResource } from '../people/refusals.ts';
import { scopedTo } from '../people/scope.ts';
import { attributesIn } from '../resource/read.ts';
import { render } from '../resource/render.ts';
import { fieldsOf } from '../resource/write.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { coerce } from '../schema/coerce.ts';
import { badRequest } from '../schema/scim-error.ts';
import { member } from '../schema/value.ts';
import type { ScimAttributes } from '../schema/value.ts';
import { mustMatch } from '../server/etag.ts';
import type { Conditions, Kind, Resource, Wanted } from '../server/kind.ts';
import { listedIn } from '../server/listed.ts';
import { createTurns } from '../server/turns.ts';
import { createMembers } from './members.ts';

const versionOf = ({ version }: Stored<Group>): string => `W/"${String(version)}"`;

/** An external id is what its own client calls a group, and says nothing to others (RFC 7643 section 3.1). */
const asSeenBy = (client: Client, group: Stored<Group>): Stored<Group> => {
  if (group.source === sourceOf(client)) return group;
  const { externalId: _externalId, ...others } = group;
  return others;
};

/** What the attributes say of the group itself. */
const attributesFor = (type: ResourceType, attributes: ScimAttributes) => {
  const { displayName, externalId } = fieldsOf(type, attributes) as Pick<Group, 'displayName'> & {
    readonly externalId?: string;
  };
  return { displayName, externalId };
};

/** Groups as SCIM's Groups: a member in or out is a row, and the group gets a new version with each. */
export const createGroups = (
  host: Pick<Host, 'store' | 'audit'>,
  directory: DirectoryAccess,
  type: ResourceType,
  base: string,
): Kind => {
  const { store } = host;
  const members = createMembers(host, directory);
  const turns = createTurns();

  const show = async ({ client }: Asker, group: Stored<Group>, wanted: Wanted): Promise<Resource> =>
    render(type, asSeenBy(client, group), {
      base,
      version: versionOf(group),
      related: wanted('members') ? { members: await members.of(group.id) } : {},
    });

  const stored = async (asker: Asker, id: string, wanted: Wanted): Promise<Resource> => {
    const group = await directory.groups.byId(id);
    if (!group) throw noResource();
    return show(asker, group, wanted);
  };

  const owned = async ({ client }: Asker, id: string, { ifMatch }: Conditions): Promise<Stored<Group>> => {
    const group = await directory.groups.byId(id);
    if (!group) throw noResource();
    mustOwn(client, group);
    mustMatch(ifMatch, versionOf(group));
    return group;
  };

  const commit = async (changes: readonly Change[]): Promise<void> => {
    try {
      if (changes.length > 0) await store.commit(changes);
    } catch (error) {
      const taken = error instanceof Conflict && error.reason === 'duplicate' && error.index === 'externalKey';
      throw taken ? badUniqueness('externalId') : error;
    }
  };

  /** The directory says what is wrong with a group in itself; here it is the value of an attribute. */
  const updating = async (group: Stored<Group>, update: GroupUpdate, { by }: Asker): Promise<readonly Change[]> => {
    try {
      return await directory.groups.updating(group, update, by);
    } catch (error) {
      if (error instanceof AppError && error.code === 'bad_request') throw badRequest('invalidValue', error.message);
      throw error;
    }
  };

  const writing = <T>(id: string, work: () => Promise<T>): Promise<T> => turns(id, () => again(work));

  const changing = (
    asker: Asker,
    id: string,
    conditions: Conditions,
    wanted: Wanted,
    how: Writing,
    next: (before: ScimAttributes) => GroupPatch,
  ): Promise<Resource> =>
    writing(id, async () => {
      const group = await owned(asker, id, conditions);
      const before = attributesIn(type, group);
      const { attributes, members: moves } = next(before);
      const movement = await members.moving(id, moves);
      const changes = await updating(group, { ...attributesFor(type, attributes), ...movement }, asker);
      const told = written(host, asker, { type, id, how, before, after: attributes });
      if (changes.length > 0) await commit([...changes, ...told]);
      return stored(asker, id, wanted);
    });

  /** All of a group as it is given whole. */
  const whole = (attributes: ScimAttributes): GroupPatch => ({
    attributes,
    members: { replaceAll: [...memberIdsIn(type, member(attributes, 'members'))], add: [], remove: [] },
  });

  const beginning = async (asker: Asker, attributes: ScimAttributes): Promise<string> => {
    const { displayName, externalId } = attributesFor(type, attributes);
    const named = externalId === undefined ? { displayName } : { displayName, externalId };
    const created = directory.groups.creating({ ...named, source: sourceOf(asker.client) }, asker.by);
    const movement = await members.moving(undefined, whole(attributes).members);
    const filling = await updating({ ...created.group, version: 1 }, movement, asker);
    const { id } = created.group;
    const told = written(host, asker, { type, id, how: 'create', before: {}, after: attributes });
    await commit([...created.changes, ...filling, ...told]);
    return id;
  };

  return {
    type,

    async get(asker, id, wanted) {
      const group = await directory.groups.byId(id);
      return group && show(asker, group, wanted);
    },

    async create(asker, given, wanted) {
      const attributes = coerce(type, given);
      return stored(asker, await again(() => beginning(asker, attributes)), wanted);
    },

    replace: (asker, id, given, conditions, wanted) =>
      changing(asker, id, conditions, wanted, 'replace', (before) => whole(coerce(type, given, before))),

    modify: (asker, id, operations, conditions, wanted) =>
      changing(asker, id, conditions, wanted, 'modify', (before) => patchedGroup(type, before, operations)),

    remove: (asker, id, conditions) =>
      writing(id, async () => {
        const group = await owned(asker, id, conditions);
        const told = written(host, asker, { type, id, how: 'remove', before: attributesIn(type, group), after: {} });
        await commit([...directory.groups.deleting(group, asker.by), ...told]);
      }),

    ...listedIn({
      store,
      collection: groups,
      scoped: ({ client }, query) => scopedTo(client, query),
      show: (asker, docs, wanted) => Promise.all(docs.map((group) => show(asker, group, wanted))),
    }),

    related: ({ attribute, value }) => (attribute === 'members' ? members.groupsWith(value) : Promise.resolve([])),
  };
};
