import type { CommandContribution } from '../../../src/plugin.ts';
import type { SsprConfig } from '../config.ts';
import { caseCommands } from '../not-me/commands.ts';
import { tokenCommands } from '../tokens/commands.ts';
import { policyPreview } from './policy-preview.ts';
import { policyTest } from './policy-test.ts';
import { userPass } from './user-pass.ts';

/** What this plugin adds to the command line, in the order in which help lists it. */
export const commands: readonly CommandContribution<SsprConfig>[] = [
  policyTest,
  policyPreview,
  ...tokenCommands,
  userPass,
  ...caseCommands,
];

export const commandGroups = {
  policy: 'who must register what, and what a reset needs',
  token: 'hardware tokens, from the box to the person',
} as const;
