import type { Named } from '../resource/named.ts';
import { project, selectionOf, shows } from '../resource/project.ts';
import type { ResourceType } from '../schema/attribute.ts';
import type { Resource, Wanted } from './kind.ts';
import type { Search } from './search.ts';

/** What of resources is told. */
export interface Shaped {
  readonly wanted: Wanted;
  /** @param written what the write named that is answered */
  project(resource: Resource, written?: Named): Resource;
}

/** Throws `ScimError` `invalidValue` where attributes are both asked for and left out (RFC 7644 section 3.9). */
export const shapedBy = (
  type: ResourceType,
  { attributes, excludedAttributes }: Pick<Search, 'attributes' | 'excludedAttributes'>,
): Shaped => {
  const selection = selectionOf(attributes, excludedAttributes);
  return {
    wanted: (name) => shows(selection, type, name),
    project: (resource, written) => project(type, resource, { ...selection, ...(written && { written }) }),
  };
};
