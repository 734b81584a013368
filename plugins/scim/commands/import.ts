import type { CommandContribution } from '../../../src/plugin.ts';
import type { ScimConfig } from '../config.ts';

export const importPeople: CommandContribution<ScimConfig> = {
  name: 'scim import',
  description:
    'bring people and groups from a file of JSON lines, or people from CSV; run again after a break, it goes on',
  arguments: [{ name: 'file', description: 'its path, or - for standard input' }],
  options: [
    { flags: '--client <name>', description: 'the SCIM client whose people and groups they are', required: true },
    { flags: '--dry-run', description: 'write nothing, and print what would change' },
  ],
  run: async (context) => (await import('./importing.ts')).importFrom(context),
};
