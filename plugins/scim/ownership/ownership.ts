import type { People, Person } from '../../../src/plugin.ts';
import { sourceOf } from '../clients/client.ts';
import type { Client } from '../clients/client.ts';
import { mustOwn } from '../clients/ownership.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { isSame } from '../schema/coerce-value.ts';
import { ScimError } from '../schema/scim-error.ts';
import { member, withMember } from '../schema/value.ts';
import type { ScimAttributes } from '../schema/value.ts';
import { valuesOf, withValues } from '../schema/values-of.ts';
import { namedIn, ownableNames } from './names.ts';

type Sources = Pick<Person, 'source' | 'attributeSources'>;

/** Who writes what of people: each person and each attribute of theirs has one source. */
export interface AttributeOwnership {
  /** Throws `ScimError` 403 for a client that writes nothing of this person. */
  mustWrite(client: Client, person: Sources): void;
  /**
   * What becomes of a person by what a client writes. What others write stays as it is, where the whole is written and
   * says nothing of it. Throws `ScimError` 403 that names each attribute of others which would be another, and whose it is.
   *
   * @param person the one of before; of somebody new who would be theirs
   * @param whole whether what is not there is to be unassigned, as by a PUT
   */
  settled(
    client: Client,
    person: Sources,
    before: ScimAttributes,
    after: ScimAttributes,
    whole: boolean,
  ): ScimAttributes;
}

export const createAttributeOwnership = (
  { ownership: { ownerOf } }: Pick<People, 'ownership'>,
  type: ResourceType,
): AttributeOwnership => {
  const named = namedIn(type);
  const ownable = ownableNames(type);

  return {
    mustWrite(client, person) {
      const source = sourceOf(client);
      if (!ownable.some((name) => ownerOf(person, name) === source)) mustOwn(client, person);
    },

    settled(client, person, before, after, whole) {
      const foreign: string[] = [];
      const source = sourceOf(client);
      const settled = named.reduce((known, { name, schema, attribute }) => {
        const owner = ownerOf(person, name);
        if (owner === source) return known;
        const values = valuesOf(type, known, schema);
        const is = member(values, attribute.name);
        const was = member(valuesOf(type, before, schema), attribute.name);
        if (isSame(was, is)) return known;
        if (whole && is === undefined) return withValues(type, known, schema, withMember(values, attribute.name, was));
        foreign.push(`${name} belongs to another source: ${owner}`);
        return known;
      }, after);
      if (foreign.length > 0) throw new ScimError(403, foreign.join('; '));
      return settled;
    },
  };
};
