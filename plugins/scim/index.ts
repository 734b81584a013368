import { definePlugin } from '../../src/plugin.ts';
import type { Plugin } from '../../src/plugin.ts';
import { auditEvents } from './audit-events.ts';
import { collections } from './collections.ts';
import { commandGroups, commands } from './commands/commands.ts';
import { scimConfig } from './config.ts';
import type { ScimConfig } from './config.ts';
import { ownersIn } from './ownership/configured.ts';
import { declaredAttributes } from './schema/declared.ts';

/** SCIM 2.0: directories such as Entra ID and Okta bring people and groups here, and take them away. */
export const scim: Plugin<ScimConfig> = definePlugin({
  name: 'scim',
  config: scimConfig,
  attributes: (config) => declaredAttributes(config),
  attributeOwners: (config) => ownersIn(config.attributeOwners),
  collections,
  auditEvents,
  commands,
  commandGroups,
  doctor: async (context) => (await import('./commands/doctor.ts')).doctor(context),
  setup: async (host, config) => (await import('./set-up.ts')).setUp(host, config),
});
