import type { CommandContribution } from '../../../src/plugin.ts';
import type { ScimConfig } from '../config.ts';
import { tokenCommands } from './token.ts';
import { transfer } from './transfer.ts';

/** What this plugin adds to the command line, in the order in which help lists it. */
export const commands: readonly CommandContribution<ScimConfig>[] = [...tokenCommands, transfer];

export const commandGroups = { scim: 'who provisions people and groups over SCIM' } as const;
