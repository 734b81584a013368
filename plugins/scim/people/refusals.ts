import { ScimError } from '../schema/scim-error.ts';

/** RFC 7644 section 3.12: another resource has that value. */
export const badUniqueness = (attribute: string): ScimError =>
  new ScimError(409, `another resource has that ${attribute}`, 'uniqueness');

export const noResource = (): ScimError => new ScimError(404, 'there is no such resource');
