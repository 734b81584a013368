import { derived, text } from './attribute.ts';
import type { Schema } from './attribute.ts';
import { namable } from './user.ts';

const immutable = { mutability: 'immutable' } as const;

/** What one request may bring; a group itself has no bound, since each member is a row. */
const MOST_MEMBERS = 100_000;

/** RFC 7643 sections 4.2 and 8.7.1. */
export const groupSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  attributes: [
    text('displayName', { required: true, lasting: true, folded: 'displayNameFolded', ...namable }),
    derived('members', 'complex', {
      multiValued: true,
      mutability: 'readWrite',
      mostValues: MOST_MEMBERS,
      subAttributes: [
        derived('value', 'string', { ...immutable, caseExact: true, longest: 128 }),
        derived('$ref', 'reference', { ...immutable, referenceTypes: ['User', 'Group'] }),
        derived('type', 'string', { ...immutable, canonicalValues: ['User', 'Group'] }),
        derived('display', 'string'),
      ],
    }),
  ],
};
