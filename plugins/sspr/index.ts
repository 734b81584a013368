import { definePlugin } from '../../src/plugin.ts';
import type { Plugin } from '../../src/plugin.ts';
import { auditEvents } from './audit-events.ts';
import { flows, misses, openings, registrations } from './collections.ts';
import { commandGroups, commands } from './commands/commands.ts';
import { ssprConfig } from './config.ts';
import type { SsprConfig } from './config.ts';
import { methodCollections } from './methods/list.ts';
import { breachedFaults } from './password-rules/breached.ts';
import { unknownAttributes, unmetNeeds } from './needs.ts';
import { expiryLooks, expiryReminders } from './expiry/collections.ts';
import { cases, disclaimers } from './not-me/collections.ts';
import { templates } from './templates.ts';

/** Self-service password reset: people register ways back in, confirm them, and reset their password with them. */
export const sspr: Plugin<SsprConfig> = definePlugin({
  name: 'sspr',
  config: ssprConfig,
  faults: (config, installation) => [
    ...unmetNeeds(config, installation),
    ...unknownAttributes(config, installation),
    ...breachedFaults(config.password.breached),
  ],
  collections: [
    flows,
    openings,
    misses,
    registrations,
    expiryLooks,
    expiryReminders,
    disclaimers,
    cases,
    ...methodCollections,
  ],
  auditEvents,
  templates,
  folder: 'plugins/sspr',
  commands,
  commandGroups,
  passwordSet: async (...about) => (await import('./change/set-by-others.ts')).setByOthers(...about),
  unlockFound: async (...about) => (await import('./unlock/found.ts')).unlockFound(...about),
  judgesPassword: async (...about) => (await import('./change/judged-for-others.ts')).judgedForOthers(...about),
  restored: async (host, _config, accountId) => (await import('./staleness/returning.ts')).returning(host, accountId),
  setup: async (host, config) => (await import('./set-up.ts')).setUp(host, config),
});
