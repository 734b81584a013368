import type { ResourceType } from '../schema/attribute.ts';
import { commonAttributes } from '../schema/common-attributes.ts';
import { isScimObject, member, withMember } from '../schema/value.ts';
import type { ScimObject, ScimValue } from '../schema/value.ts';
import { schemaValues, valuesOf } from './read.ts';

/** What a representation has beside its document. */
export interface Surroundings {
  /** Address of the service, such as `https://id.example.org/scim/v2`, without a slash at its end. */
  readonly base: string;
  /** The entity tag, such as `W/"3"`. */
  readonly version: string;
  /** Groups of a person, or members of a group; left out where nobody asked for them. */
  readonly related?: { readonly groups?: readonly Related[]; readonly members?: readonly Related[] };
}

/** A group that a person is in, or a member of a group. */
export interface Related {
  readonly value: string;
  readonly display?: string;
  /** `direct` or `indirect` for a group, `User` or `Group` for a member. */
  readonly type?: string;
}

export const locationOf = (base: string, { endpoint }: Pick<ResourceType, 'endpoint'>, id: string): string =>
  `${base}${endpoint}/${encodeURIComponent(id)}`;

const relatedValues = (base: string, name: string, list: readonly Related[]): ScimValue =>
  list.map(({ value, display, type }) => ({
    value,
    $ref: locationOf(base, { endpoint: name === 'groups' || type === 'Group' ? '/Groups' : '/Users' }, value),
    ...(display !== undefined && { display }),
    ...(type !== undefined && { type }),
  }));

/** RFC 7643 section 4.3: the manager's address follows from their id. */
const withManager = (extension: ScimObject, base: string): ScimObject => {
  const manager = member(extension, 'manager');
  const id = isScimObject(manager) ? member(manager, 'value') : undefined;
  if (!isScimObject(manager) || typeof id !== 'string') return extension;
  return withMember(extension, 'manager', { ...manager, $ref: locationOf(base, { endpoint: '/Users' }, id) });
};

const metaOf = (type: ResourceType, document: { readonly id: string }, { base, version }: Surroundings): ScimObject => {
  const common = valuesOf(commonAttributes, document);
  const meta = member(common, 'meta');
  const known = isScimObject(meta) ? meta : {};
  return {
    ...common,
    meta: { resourceType: type.name, ...known, location: locationOf(base, type, document.id), version },
  };
};

/** The whole representation of a document, before anything is left out of it (RFC 7643 section 3). */
export const render = (
  type: ResourceType,
  document: { readonly id: string },
  surroundings: Surroundings,
): ScimObject => {
  const { base, related } = surroundings;
  const extensions = type.extensions.flatMap((schema) => {
    const values = schemaValues(schema, document);
    return values ? [[schema.id, withManager(values, base)] as const] : [];
  });
  const lists = Object.entries<readonly Related[]>(related ?? {}).flatMap(([name, list]) =>
    list.length > 0 ? [[name, relatedValues(base, name, list)] as const] : [],
  );
  return {
    schemas: [type.schema.id, ...extensions.map(([id]) => id)],
    ...metaOf(type, document, surroundings),
    ...schemaValues(type.schema, document),
    ...Object.fromEntries(lists),
    ...Object.fromEntries(extensions),
  };
};
