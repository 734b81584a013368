import type { CommandContribution } from '../../../src/plugin.ts';
import type { SsprConfig } from '../config.ts';
import { policyTest } from './policy-test.ts';

/** What this plugin adds to the command line, in the order in which help lists it. */
export const commands: readonly CommandContribution<SsprConfig>[] = [policyTest];

export const commandGroups = { policy: 'who must register what, and what a reset needs' } as const;
