import { Command } from 'commander';
import { AppError } from '../kernel/errors.ts';
import { loadKeys, rotateKeys } from '../oidc/keys.ts';
import type { SigningKey } from '../oidc/signing-key.ts';
import { atWork, BY_CLI, table } from './at-work.ts';
import type { Cli, CliCommand } from './cli.ts';

/** Everything but the key itself. */
const shown = ({ kid, alg, state, since }: SigningKey) => ({ kid, alg, state, since: new Date(since).toISOString() });

const print = (cli: Cli, keys: readonly SigningKey[], json: boolean | undefined): void => {
  const told = keys.map(shown);
  if (json === true) {
    cli.printJson(told);
    return;
  }
  const rows = told.map(({ kid, alg, state, since }) => [kid, alg, state, since]);
  for (const line of table([['KEY', 'ALGORITHM', 'STATE', 'SINCE'], ...rows])) cli.print(line);
};

const list = (cli: Cli): Command =>
  new Command('list')
    .description('list the signing keys: current ones sign, next and previous ones are published')
    .option('--json', 'print them as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      print(cli, await atWork(cli, loadKeys), json);
    });

const rotate = (cli: Cli): Command =>
  new Command('rotate')
    .description('let the next keys sign and prepare those after them; a running server takes them up by itself')
    .option('--now', 'also when the next keys were published for less than a day, as after a key became known')
    .option('--json', 'print the keys as JSON')
    .action(async ({ now, json }: { now?: boolean; json?: boolean }) => {
      const keys = await atWork(cli, (rooms) => rotateKeys(rooms, now === true, BY_CLI.actor)).catch(
        (cause: unknown) => {
          if (!(cause instanceof AppError) || cause.code !== 'forbidden') throw cause;
          throw new AppError('forbidden', `${cause.message}, and apps may not know them yet: wait, or say --now`, {
            cause,
          });
        },
      );
      print(cli, keys, json);
    });

export const keys: CliCommand = (cli) =>
  new Command('keys').description('keys that sign tokens').addCommand(list(cli)).addCommand(rotate(cli));
