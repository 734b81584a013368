import type { EventCatalogue } from '../../src/plugin.ts';

/** This plugin's part of the audit catalogue. */
export const auditEvents = {
  'scim.token.created': { about: 'A bearer token for SCIM was made; the reason names it.', carries: ['reason'] },
  'scim.token.revoked': { about: 'A bearer token for SCIM was revoked; the reason names it.', carries: ['reason'] },
} as const satisfies EventCatalogue;
