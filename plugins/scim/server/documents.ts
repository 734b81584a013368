import { ScimError } from '../schema/scim-error.ts';
import type { Discovery } from './discovery.ts';
import { answered } from './handler.ts';
import type { Admitted, Handler } from './handler.ts';
import type { Resource } from './kind.ts';
import { listResponse } from './list.ts';
import type { Endpoint } from './table.ts';

/** RFC 7644 section 4: a filter on these is refused, and whatever else shapes lists is ignored, also where it is wrong. */
const refuseFilter = ({ call }: Admitted): void => {
  const isFilter = ([name, value]: readonly [string, string]): boolean =>
    name.toLowerCase() === 'filter' && value.trim() !== '';
  if ([...new URLSearchParams(call.query)].some(isFilter)) {
    throw new ScimError(403, 'these documents cannot be filtered');
  }
};

const document =
  (resource: Resource): Handler =>
  (request) => {
    refuseFilter(request);
    return answered(request, 200, resource);
  };

const listOf = (resources: readonly Resource[]): Handler =>
  document(listResponse({ resources, total: resources.length, startIndex: 1 }));

/** A list, and each of its documents by its id; ids are compared without regard to case, as URNs are. */
const listed = (resources: readonly Resource[]): Endpoint => ({
  handlers: { GET: listOf(resources) },
  below(segment) {
    const found = resources.find(({ id }) => typeof id === 'string' && id.toLowerCase() === segment.toLowerCase());
    return found && { GET: document(found) };
  },
});

export const discoveryEndpoints = ({
  serviceProviderConfig,
  resourceTypes,
  schemas,
}: Discovery): Readonly<Record<string, Endpoint>> => ({
  ServiceProviderConfig: { handlers: { GET: document(serviceProviderConfig) } },
  ResourceTypes: listed(resourceTypes),
  Schemas: listed(schemas),
});
