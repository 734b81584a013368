import { Command } from 'commander';
import { auditSearch } from './audit-search.ts';
import type { CliCommand } from './cli.ts';

export const audit: CliCommand = (cli) =>
  new Command('audit').description('what happened, when, and by whom').addCommand(auditSearch(cli));
