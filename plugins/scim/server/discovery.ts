import type { ScimConfig } from '../config.ts';
import type { Attribute, ResourceType, Schema } from '../schema/attribute.ts';
import { describedAttribute, describedSchema } from '../schema/descriptions.ts';
import type { Resource } from './kind.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';

/** What the service can do beside people and groups, for documents that tell the truth. */
export interface Abilities {
  readonly bulk?: { readonly maxOperations: number; readonly maxPayloadSize: number };
}

/** Documents about the service itself (RFC 7644 section 4), made once. */
export interface Discovery {
  readonly serviceProviderConfig: Resource;
  readonly resourceTypes: readonly Resource[];
  readonly schemas: readonly Resource[];
}

interface About {
  readonly config: ScimConfig;
  readonly types: readonly ResourceType[];
  readonly abilities: Abilities;
  readonly base: string;
}

const schemes = [
  {
    type: 'oauthbearertoken',
    name: 'OAuth Bearer Token',
    description: 'A token made by `latchkey scim token create`, or an access token got by client credentials.',
    specUri: 'https://www.rfc-editor.org/info/rfc6750',
    primary: true,
  },
];

const serviceProviderConfig = ({ config, abilities: { bulk }, base }: About): Resource => ({
  schemas: [`${CORE}:ServiceProviderConfig`],
  patch: { supported: true },
  bulk: { supported: bulk !== undefined, ...(bulk ?? { maxOperations: 0, maxPayloadSize: 0 }) },
  filter: { supported: true, maxResults: config.maxResults },
  changePassword: { supported: config.passwords },
  sort: { supported: true },
  etag: { supported: true },
  pagination: {
    cursor: true,
    index: true,
    defaultPaginationMethod: 'index',
    defaultPageSize: config.pageSize,
    maxPageSize: config.maxResults,
    cursorTimeout: Math.floor(config.cursorLifetime / 1000),
  },
  authenticationSchemes: schemes,
  meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
});

const resourceTypeOf =
  (base: string) =>
  ({ name, endpoint, schema, extensions }: ResourceType): Resource => ({
    schemas: [`${CORE}:ResourceType`],
    id: name,
    name,
    ...describing(describedSchema(schema)),
    endpoint,
    schema: schema.id,
    ...(extensions.length > 0 && {
      schemaExtensions: extensions.map(({ id }) => ({ schema: id, required: false })),
    }),
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${name}` },
  });

const describing = (description: string | undefined) => description !== undefined && { description };

/** RFC 7643 section 7: characteristics that a type of attribute does not have are left out. */
const attributeOf = (schema: Schema, attribute: Attribute, parent?: Attribute): Resource => {
  const path = parent ? `${parent.name}.${attribute.name}` : attribute.name;
  const { name, type, multiValued, required, mutability, returned } = attribute;
  const { canonicalValues, referenceTypes, subAttributes, caseExact, uniqueness } = attribute;
  const isText = type === 'string' || type === 'reference' || type === 'binary';
  return {
    ...{ name, type, multiValued, required, mutability, returned },
    ...describing(describedAttribute(schema, path)),
    ...(isText && { caseExact }),
    ...(type !== 'complex' && { uniqueness }),
    ...(canonicalValues && { canonicalValues }),
    ...(referenceTypes && { referenceTypes }),
    ...(subAttributes.length > 0 && {
      subAttributes: subAttributes.map((sub) => attributeOf(schema, sub, attribute)),
    }),
  };
};

const schemaOf =
  ({ config, base }: About) =>
  (schema: Schema): Resource => ({
    schemas: [`${CORE}:Schema`],
    id: schema.id,
    name: schema.name,
    ...describing(describedSchema(schema)),
    // What is ignored is no attribute of ours.
    attributes: schema.attributes
      .filter(({ name }) => name !== 'password' || config.passwords)
      .map((attribute) => attributeOf(schema, attribute)),
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${schema.id}` },
  });

/** @param about its types in the order in which they are listed */
export const discoveryOf = (about: About): Discovery => ({
  serviceProviderConfig: serviceProviderConfig(about),
  resourceTypes: about.types.map(resourceTypeOf(about.base)),
  schemas: about.types.flatMap(({ schema, extensions }) => [schema, ...extensions]).map(schemaOf(about)),
});
