import { ScimError } from '../schema/scim-error.ts';

/** RFC 7644 section 3.12: another resource has that value, or one of those. */
export const badUniqueness = (attribute: 'userName' | 'externalId' | 'emails'): ScimError =>
  new ScimError(
    409,
    `another resource has ${attribute === 'emails' ? 'one of those' : 'that'} ${attribute}`,
    'uniqueness',
  );

export const noResource = (): ScimError => new ScimError(404, 'there is no such resource');
