import type { Sort } from '../../../src/store/query.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { badRequest } from '../schema/scim-error.ts';
import { attributePath } from './path.ts';
import { namedBy, placeOf } from './place.ts';

/**
 * The order that `sortBy` and `sortOrder` ask for (RFC 7644 section 3.4.2.3): a list is ordered by its primary or first
 * value, text without regard to case where the attribute is not case-exact. Throws `ScimError` `invalidPath`.
 */
export const sortOf = (type: ResourceType, sortBy: string, sortOrder?: string): readonly Sort[] => {
  const path = attributePath(sortBy);
  const named = path && namedBy(type, path);
  const isWhole = named?.sub === undefined || named.sub.name === 'value';
  const list = named?.attribute.multiValued === true && isWhole ? named.attribute.sorted : undefined;
  const place = named?.attribute.multiValued === true ? list : named && placeOf(named)?.path;
  if (place === undefined) throw badRequest('invalidPath', 'resources cannot be ordered by that attribute');
  const order = sortOrder?.toLowerCase() ?? 'ascending';
  if (order !== 'ascending' && order !== 'descending') throw badRequest('invalidValue', 'sortOrder has another value');
  return [{ path: place, descending: order === 'descending' }];
};
