import type { CommandContribution } from '../../../src/plugin.ts';
import type { ScimConfig } from '../config.ts';

export const tryRequest: CommandContribution<ScimConfig> = {
  name: 'scim try',
  description:
    'show what would be stored of what a directory sends (a resource or a PATCH), and what is ignored and why',
  arguments: [{ name: 'file', description: 'its path, or - for standard input' }],
  options: [
    { flags: '--group', description: 'it is about a group, which a PATCH does not say' },
    { flags: '--user <name>', description: 'as though it were sent about this person' },
    { flags: '--client <name>', description: 'as though this SCIM client sent it, who may not write what others do' },
  ],
  run: async (context) => (await import('./trying.ts')).tryRequestFrom(context),
};
