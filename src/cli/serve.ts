import { Command } from 'commander';
import type { CliCommand } from './cli.ts';

export const serve: CliCommand = (cli) =>
  new Command('serve').description('run the server until it is told to stop').action(async () => {
    const { serve: run } = await import('../main.ts');
    await run(cli.env);
  });
