import { Command } from 'commander';
import { auditErase } from './audit-erase.ts';
import { auditExport } from './audit-export.ts';
import { auditHead } from './audit-head.ts';
import { auditSearch } from './audit-search.ts';
import { auditTail } from './audit-tail.ts';
import { auditVerify } from './audit-verify.ts';
import type { CliCommand } from './cli.ts';

const commands = [auditSearch, auditTail, auditExport, auditVerify, auditHead, auditErase];

export const audit: CliCommand = (cli) => {
  const group = new Command('audit').description('what happened, when, and by whom');
  for (const command of commands) group.addCommand(command(cli));
  return group;
};
