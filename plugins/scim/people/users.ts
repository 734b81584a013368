import { people } from '../../../src/plugin.ts';
import type { DirectoryAccess, Host, Person } from '../../../src/plugin.ts';
import { change, Conflict } from '../../../src/store/port.ts';
import type { Change, Stored } from '../../../src/store/port.ts';
import { sourceOf } from '../clients/client.ts';
import type { Asker } from '../clients/client.ts';
import { mustOwn } from '../clients/ownership.ts';
import type { ScimConfig } from '../config.ts';
import { written } from '../log/log.ts';
import type { Writing } from '../log/log.ts';
import { createAttributeOwnership } from '../ownership/ownership.ts';
import { patched } from '../patch/attributes.ts';
import { newPerson, passwordIn, personPatch } from '../resource/person.ts';
import { attributesIn } from '../resource/read.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { coerce } from '../schema/coerce.ts';
import { badRequest } from '../schema/scim-error.ts';
import { withMember } from '../schema/value.ts';
import type { ScimAttributes } from '../schema/value.ts';
import { mustMatch } from '../server/etag.ts';
import type { Conditions, Kind, Resource } from '../server/kind.ts';
import { listedIn } from '../server/listed.ts';
import { createTurns } from '../server/turns.ts';
import { createExternalIds } from './external-ids.ts';
import { createPasswordWriting } from './passwords.ts';
import { badUniqueness, noResource } from './refusals.ts';
import { createRepresentations } from './representation.ts';
import { scopedTo } from './scope.ts';
import { mustBeFree } from './sign-in-names.ts';
import { again } from './again.ts';

/** Members of a group by which people can be asked for. */
const MOST_MEMBERS = 1000;

/** The log says of a password that it was written only where it was. */
const told = (attributes: ScimAttributes, password: readonly Change[]): ScimAttributes =>
  password.length > 0 ? attributes : withMember(attributes, 'password', undefined);

type Parts = Pick<Host, 'store' | 'clock' | 'secrets' | 'accounts' | 'passwords' | 'audit'>;

/** People as SCIM's Users. */
export const createUsers = (
  host: Parts,
  directory: DirectoryAccess,
  config: Pick<ScimConfig, 'passwords'>,
  type: ResourceType,
  base: string,
): Kind => {
  const { store } = host;
  const representations = createRepresentations(directory, type, base);
  const externals = createExternalIds(host, directory.people);
  const ownership = createAttributeOwnership(directory.people, type);
  const passwords = createPasswordWriting(host, directory, config.passwords);
  const turns = createTurns();

  const shown = async ({ client }: Asker, person: Stored<Person>): Promise<Resource> => {
    const [resource] = await representations.of(client, [person]);
    return resource ?? {};
  };

  const stored = async (asker: Asker, id: string): Promise<Resource> => {
    const person = await directory.people.byId(id);
    if (!person) throw noResource();
    return shown(asker, person);
  };

  /** Somebody of whom the client may write something. */
  const writable = async ({ client }: Asker, id: string, { ifMatch }: Conditions): Promise<Stored<Person>> => {
    const person = await directory.people.byId(id);
    if (!person) throw noResource();
    ownership.mustWrite(client, person);
    if (ifMatch !== undefined) mustMatch(ifMatch, await representations.version(person));
    return person;
  };

  const commit = async (changes: readonly Change[]): Promise<void> => {
    try {
      await store.commit(changes);
    } catch (error) {
      const taken = error instanceof Conflict && error.reason === 'duplicate' && error.index === 'userName';
      throw taken ? badUniqueness('userName') : error;
    }
  };

  const writing = <T>(id: string, work: () => Promise<T>): Promise<T> => turns(id, () => again(work));

  const beginning = async (asker: Asker, sent: ScimAttributes): Promise<Resource> => {
    const { client, by } = asker;
    const source = sourceOf(client);
    const attributes = ownership.settled(client, { source }, {}, sent, true);
    await mustBeFree(directory.people, client, type, undefined, attributes);
    const given = { ...newPerson(type, attributes), source };
    const arrival = await externals.arriving(source, given.externalId);
    const { departed } = arrival;
    const { person, changes } = departed
      ? await directory.people.restoring(departed, given, by)
      : directory.people.creating(given, by);
    const password = await passwords.first(person, passwordIn(attributes), by);
    const after = told(attributes, password);
    await commit([
      ...changes,
      ...(await arrival.as(person)),
      ...(departed ? await directory.restored(person.id) : []),
      ...password,
      ...written(host, asker, { type, id: person.id, how: 'create', before: {}, after }),
    ]);
    // A password raises the epoch, and so the version, of the record that it comes with.
    return password.length > 0 ? stored(asker, person.id) : representations.ofNew(client, person);
  };

  const changing = (
    asker: Asker,
    id: string,
    conditions: Conditions,
    how: Writing,
    next: (before: ScimAttributes) => ScimAttributes,
  ): Promise<Resource> =>
    writing(id, async () => {
      const person = await writable(asker, id, conditions);
      const before = attributesIn(type, person);
      const attributes = ownership.settled(asker.client, person, before, next(before), how === 'replace');
      await mustBeFree(directory.people, asker.client, type, person, attributes);
      const patch = personPatch(type, attributes);
      const password = await passwords.next(person, passwordIn(attributes), asker.by);
      const changes = [
        ...directory.people.updating(person, patch, asker.by),
        ...(await externals.keeping(person, { id, source: person.source, externalId: patch.externalId })),
        ...password,
      ];
      const logged = written(host, asker, { type, id, how, before, after: told(attributes, password) });
      // What was read must still hold, also where nothing of the person's own record changes.
      if (changes.length > 0) await commit([change.expect(people, person), ...changes, ...logged]);
      return stored(asker, id);
    });

  return {
    type,

    async get({ client }, id) {
      const person = await directory.people.byId(id);
      return person && (await representations.of(client, [person]))[0];
    },

    async create(asker, given) {
      const attributes = coerce(type, given);
      return again(() => beginning(asker, attributes));
    },

    replace: (asker, id, given, conditions) =>
      changing(asker, id, conditions, 'replace', (before) => coerce(type, given, before)),

    modify: (asker, id, operations, conditions) =>
      changing(asker, id, conditions, 'modify', (before) => patched(type, before, operations)),

    remove: (asker, id, conditions) =>
      writing(id, async () => {
        const person = await writable(asker, id, conditions);
        mustOwn(asker.client, person);
        await commit([
          ...(await directory.people.deleting(person, asker.by)),
          ...(await externals.departing(person)),
          ...written(host, asker, { type, id, how: 'remove', before: attributesIn(type, person), after: {} }),
        ]);
      }),

    ...listedIn({
      store,
      collection: people,
      scoped: ({ client }, query) => scopedTo(client, query),
      show: ({ client }, docs) => representations.of(client, docs),
    }),

    async related({ attribute, value }) {
      if (attribute !== 'groups') return [];
      const { docs, next } = await directory.groups.members(value, { limit: MOST_MEMBERS });
      if (next !== undefined) throw badRequest('tooMany', 'the group has too many members to filter by');
      return docs.map(({ member }) => member);
    },
  };
};
