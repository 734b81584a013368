import { createHash } from 'node:crypto';
import type { DirectoryAccess, Person } from '../../../src/plugin.ts';
import type { Stored } from '../../../src/store/port.ts';
import { sourceOf } from '../clients/client.ts';
import type { Client } from '../clients/client.ts';
import { render } from '../resource/render.ts';
import type { Related } from '../resource/render.ts';
import type { ResourceType } from '../schema/attribute.ts';
import type { ScimObject } from '../schema/value.ts';

/** Base64url characters that tell apart which groups somebody is in. */
const DIGEST = 8;

/**
 * Groups are part of a person's representation and not of their document, so both are in the tag: a client that asks
 * whether anything changed would else never hear of a group.
 */
const versionOf = ({ version }: Stored<Person>, groups: readonly Related[]): string => {
  if (groups.length === 0) return `W/"${String(version)}"`;
  const digest = createHash('sha256').update(JSON.stringify(groups)).digest('base64url').slice(0, DIGEST);
  return `W/"${String(version)}.${digest}"`;
};

/** An external id is what its own client calls somebody, and says nothing to others (RFC 7643 section 3.1). */
const asSeenBy = (client: Client, person: Stored<Person>): Stored<Person> => {
  if (person.source === sourceOf(client)) return person;
  const { externalId: _externalId, ...others } = person;
  return others;
};

export interface Representations {
  /** As this client sees them, in the order given. */
  of(client: Client, persons: readonly Stored<Person>[]): Promise<readonly ScimObject[]>;
  /** Of somebody who was created just now, and is in no group yet: nothing has to be read for it. */
  ofNew(client: Client, person: Person): ScimObject;
  version(person: Stored<Person>): Promise<string>;
}

export const createRepresentations = (
  { groups }: Pick<DirectoryAccess, 'groups'>,
  type: ResourceType,
  base: string,
): Representations => {
  const groupsOf = async (persons: readonly Stored<Person>[]): Promise<(id: string) => readonly Related[]> => {
    const holdings = await groups.holding(persons.map(({ id }) => id));
    return (id) =>
      (holdings.get(id) ?? [])
        .map(({ group, direct }) => ({
          value: group.id,
          display: group.displayName,
          type: direct ? 'direct' : 'indirect',
        }))
        .toSorted((a, b) => (a.value < b.value ? -1 : 1));
  };

  const one = (client: Client, person: Stored<Person>, groups: readonly Related[]): ScimObject =>
    render(type, asSeenBy(client, person), { base, version: versionOf(person, groups), related: { groups } });

  return {
    async of(client, persons) {
      const held = await groupsOf(persons);
      return persons.map((person) => one(client, person, held(person.id)));
    },

    ofNew: (client, person) => one(client, { ...person, version: 1 }, []),

    async version(person) {
      return versionOf(person, (await groupsOf([person]))(person.id));
    },
  };
};
