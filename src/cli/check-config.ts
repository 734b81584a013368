import { Command } from 'commander';
import { ConfigFaults } from '../config/faults.ts';
import type { CliCommand } from './cli.ts';

export const checkConfig: CliCommand = (cli) =>
  new Command('check-config')
    .description('read the configuration as `serve` would, and tell every fault')
    .option('--json', 'faults as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      try {
        const { profile, issuer } = await cli.config();
        if (json) cli.printJson({ ok: true, profile, issuer, faults: [] });
        else cli.print(`the configuration is valid: profile ${profile}, issuer ${issuer}`);
      } catch (error) {
        if (!json || !(error instanceof ConfigFaults)) throw error;
        cli.printJson({ ok: false, faults: error.faults });
        process.exitCode = 1;
      }
    });
