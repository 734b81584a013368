import type { Sort } from '../../../src/store/query.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { badRequest } from '../schema/scim-error.ts';
import { attributePath } from './path.ts';
import { namedBy, placeOf } from './place.ts';

/** Path by which the store can order this kind of resource; a list goes by its primary or first value. */
const orderedBy = (type: ResourceType, sortBy: string): string | undefined => {
  const path = attributePath(sortBy);
  const named = path && namedBy(type, path);
  if (named?.attribute.multiValued !== true) return named && placeOf(named)?.path;
  const isWhole = named.sub === undefined || named.sub.name === 'value';
  return isWhole ? named.attribute.sorted : undefined;
};

/**
 * The order that `sortBy` and `sortOrder` ask for (RFC 7644 section 3.4.2.3): text without regard to case where the
 * attribute is not case-exact, absent last. Nothing where only others of the kinds that are searched with this one have
 * the attribute, since it is absent here from all. Throws `ScimError` `invalidPath` where none of them has it.
 */
export const sortOf = (
  type: ResourceType,
  sortBy: string,
  sortOrder = 'ascending',
  searched: readonly ResourceType[] = [type],
): readonly Sort[] => {
  const order = sortOrder.toLowerCase();
  if (order !== 'ascending' && order !== 'descending') throw badRequest('invalidValue', 'sortOrder has another value');
  const path = orderedBy(type, sortBy);
  if (path !== undefined) return [{ path, descending: order === 'descending' }];
  if (searched.some((other) => orderedBy(other, sortBy) !== undefined)) return [];
  throw badRequest('invalidPath', 'resources cannot be ordered by that attribute');
};
