import { attribute, derived } from './attribute.ts';
import type { Attribute } from './attribute.ts';

const exact = { caseExact: true } as const;
const readOnly = { mutability: 'readOnly' } as const;

/** What every resource has, outside of its schema's own attributes (RFC 7643 section 3.1). */
export const commonAttributes: readonly Attribute[] = [
  derived('schemas', 'reference', { multiValued: true, required: true, returned: 'always' }),
  attribute('id', 'string', { ...exact, ...readOnly, returned: 'always', uniqueness: 'server' }),
  attribute('externalId', 'string', exact),
  attribute('meta', 'complex', {
    ...readOnly,
    field: '',
    subAttributes: [
      derived('resourceType', 'string', exact),
      attribute('created', 'dateTime', { ...readOnly, field: 'createdAt' }),
      attribute('lastModified', 'dateTime', { ...readOnly, field: 'updatedAt' }),
      derived('location', 'reference'),
      derived('version', 'string', exact),
    ],
  }),
];
