import { Command } from 'commander';
import { AppError } from '../kernel/errors.ts';
import { createBounces } from '../notify/bounces.ts';
import type { Intake } from '../notify/bounces.ts';
import { recipientsOf } from '../notify/delivery-report.ts';
import { atWork } from './at-work.ts';
import type { CliCommand } from './cli.ts';

interface Options {
  readonly recipient?: string;
  readonly json?: boolean;
}

/** Ends well whatever the mail was: a mail server would return a refused one, and there is nobody to return it to. */
export const bounce: CliCommand = (cli) =>
  new Command('bounce')
    .description('take in a mail that came back, from standard input; for a mail server to run')
    .option('--recipient <address>', 'where it was delivered; read from its header unless given')
    .option('--json', 'print what became of it as JSON')
    .action(async ({ recipient, json }: Options) => {
      const { mail } = await cli.config();
      const address = mail.bounces?.address;
      if (address === undefined) throw new AppError('bad_request', 'mail.bounces is not configured');
      const text = await cli.input();
      const result = await atWork(cli, async (rooms): Promise<Intake> => {
        const bounces = createBounces({ ...rooms, address });
        const to = recipient ?? recipientsOf(text).find((one) => bounces.isOurs(one)) ?? '';
        return bounces.take(to, text);
      });
      if (json) cli.printJson({ result });
      else cli.print(result);
    });
