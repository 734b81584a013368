import type { ResourceType, Schema } from './attribute.ts';
import { groupSchema } from './group.ts';
import { enterpriseSchema, userSchema } from './user.ts';

export interface ResourceTypes {
  readonly User: ResourceType;
  readonly Group: ResourceType;
}

/** The kinds of resources there are, with the operator's own extensions of people besides the enterprise one. */
export const resourceTypes = (userExtensions: readonly Schema[] = []): ResourceTypes => ({
  User: { name: 'User', endpoint: '/Users', schema: userSchema, extensions: [enterpriseSchema, ...userExtensions] },
  Group: { name: 'Group', endpoint: '/Groups', schema: groupSchema, extensions: [] },
});
