import type { ResourceType } from '../schema/attribute.ts';
import { named } from '../schema/resolve.ts';
import type { Filter } from './filter.ts';
import { printPath } from './path.ts';
import { namedBy } from './place.ts';
import { invalid } from './token.ts';

const namesWithin = (filter: Filter): readonly string[] => {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.of.flatMap(namesWithin);
    case 'not':
      return namesWithin(filter.of);
    case 'valuePath':
      return [];
    default:
      return [filter.path.name];
  }
};

const isKnown = (
  filter: Filter & { readonly kind: 'compare' | 'present' | 'valuePath' },
  type: ResourceType,
): boolean => {
  const found = namedBy(type, filter.path);
  if (!found || filter.kind !== 'valuePath') return found !== undefined;
  return namesWithin(filter.of).every((name) => named(found.attribute.subAttributes, name) !== undefined);
};

/**
 * Where several kinds of resources are searched at once, an attribute that one of them lacks is absent there; one that
 * all of them lack is a mistake. Throws `ScimError` `invalidFilter`.
 */
export const mustBeKnown = (filter: Filter, types: readonly ResourceType[]): void => {
  switch (filter.kind) {
    case 'and':
    case 'or':
      for (const part of filter.of) mustBeKnown(part, types);
      return;
    case 'not':
      mustBeKnown(filter.of, types);
      return;
    default:
      if (!types.some((type) => isKnown(filter, type))) throw invalid(`${printPath(filter.path)} is no attribute`);
  }
};
