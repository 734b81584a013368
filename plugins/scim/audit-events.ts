import type { EventCatalogue } from '../../src/plugin.ts';

/** This plugin's part of the audit catalogue. */
export const auditEvents = {
  'scim.token.created': { about: 'A bearer token for SCIM was made; the reason names it.', carries: ['reason'] },
  'scim.token.revoked': { about: 'A bearer token for SCIM was revoked; the reason names it.', carries: ['reason'] },
  'scim.bulk.abandoned': {
    about: 'The client of a bulk request went away in its middle; the reason says how many operations were done.',
    carries: ['reason'],
  },
} as const satisfies EventCatalogue;
