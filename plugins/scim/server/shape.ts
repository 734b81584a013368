import { project, selectionOf, shows } from '../resource/project.ts';
import type { ResourceType } from '../schema/attribute.ts';
import type { Resource, Wanted } from './kind.ts';
import type { Search } from './search.ts';

/** What of resources is told. */
export interface Shaped {
  readonly wanted: Wanted;
  project(resource: Resource): Resource;
}

/** Throws `ScimError` `invalidValue` where attributes are both asked for and left out (RFC 7644 section 3.9). */
export const shapedBy = (
  type: ResourceType,
  { attributes, excludedAttributes }: Pick<Search, 'attributes' | 'excludedAttributes'>,
): Shaped => {
  const selection = selectionOf(attributes, excludedAttributes);
  return {
    wanted: (name) => shows(selection, type, name),
    project: (resource) => project(type, resource, selection),
  };
};
