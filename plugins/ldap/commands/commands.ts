import type { CommandContribution } from '../../../src/plugin.ts';
import type { LdapConfig } from '../config.ts';
import type { LdapOpened } from '../index.ts';
import { directoryConflicts, directoryImport, directoryStatus } from './directory.ts';
import { writebackCheck } from './writeback-check.ts';
import { writebackSetup } from './writeback-setup.ts';

export const commands: readonly CommandContribution<LdapConfig, LdapOpened>[] = [
  writebackCheck,
  writebackSetup,
  directoryStatus,
  directoryImport,
  directoryConflicts,
];

export const commandGroups = {
  writeback: 'passwords that are written to a directory',
  directory: 'directories that people are imported from',
};
