import type { CommandContribution } from '../../../src/plugin.ts';
import type { ScimConfig } from '../config.ts';
import { importPeople } from './import.ts';
import { tokenCommands } from './token.ts';
import { transfer } from './transfer.ts';
import { tryRequest } from './try.ts';

/** What this plugin adds to the command line, in the order in which help lists it. */
export const commands: readonly CommandContribution<ScimConfig>[] = [
  ...tokenCommands,
  transfer,
  importPeople,
  tryRequest,
];

export const commandGroups = { scim: 'who provisions people and groups over SCIM' } as const;
