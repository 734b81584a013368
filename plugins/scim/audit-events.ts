import type { EventCatalogue } from '../../src/plugin.ts';

/** This plugin's part of the audit catalogue. */
export const auditEvents = {
  'scim.token.created': { about: 'A bearer token for SCIM was made; the reason names it.', carries: ['reason'] },
  'scim.token.revoked': { about: 'A bearer token for SCIM was revoked; the reason names it.', carries: ['reason'] },
  'scim.written': {
    about:
      'A client of SCIM wrote a person or a group (method create, replace, modify or remove); the reason is JSON of each ' +
      'attribute that changed, with what it was before and after. Members of groups are told by events of their own.',
    carries: ['subject', 'method', 'reason'],
    personalReason: true,
    longReason: true,
  },
  'scim.refused': {
    about: 'A client of SCIM wanted to write something and was refused; the reason is what it was told.',
    carries: ['subject', 'method', 'reason'],
  },
  'scim.bulk.abandoned': {
    about: 'The client of a bulk request went away in its middle; the reason says how many operations were done.',
    carries: ['reason'],
  },
} as const satisfies EventCatalogue;
