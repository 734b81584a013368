import { Command, Option } from 'commander';
import { AppError } from '../kernel/errors.ts';
import { outbox as messages } from '../notify/outbox.ts';
import type { OutboxMessage } from '../notify/outbox.ts';
import { eq } from '../store/query.ts';
import { atWork, table } from './at-work.ts';
import type { Cli, CliCommand } from './cli.ts';

type State = OutboxMessage['state'];

const STATES: readonly State[] = ['waiting', 'failed', 'expired', 'delivered'];

/** Those that somebody may want to do something about. */
const OPEN: readonly State[] = ['waiting', 'failed'];

const moment = (at: number | undefined): string => (at === undefined ? '' : new Date(at).toISOString());

/** What operators may see: whose and how far it is, never a live code or link, and nothing that it is filled in with. */
const shown = (message: OutboxMessage) => ({
  id: message.id,
  channel: message.channel,
  to: message.to,
  template: message.template,
  state: message.state,
  attempts: message.attempts,
  createdAt: moment(message.createdAt),
  ...(message.state === 'waiting' ? { nextAttemptAt: moment(message.dueAt) } : { endedAt: moment(message.endedAt) }),
  ...(message.cause === undefined ? {} : { cause: message.cause }),
});

const LIMIT = 100;
const MOST = 1000;

const numberOf = (text: string): number => {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST) return limit;
  throw new AppError('bad_request', `--limit is a number from 1 to ${String(MOST)}`);
};

const list = (cli: Cli): Command =>
  new Command('list')
    .description('list messages that wait or were given up, the newest first of each')
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .option('--limit <number>', `as many of each state at most, up to ${String(MOST)}`, String(LIMIT))
    .option('--json', 'print them as JSON')
    .action(async ({ state, limit, json }: { state?: State; limit: string; json?: boolean }) => {
      const most = numberOf(limit);
      const found = await atWork(cli, async ({ store }) => {
        const pages = (state === undefined ? OPEN : [state]).map((each) =>
          store.find(messages, eq('state', each), { sort: [{ path: 'createdAt', descending: true }], limit: most }),
        );
        return (await Promise.all(pages)).flatMap(({ docs }) => docs.map(shown));
      });
      if (json === true) {
        cli.printJson(found);
        return;
      }
      const rows = found.map((each) => [
        ...[each.createdAt, each.channel, each.to, each.template, each.state, String(each.attempts)],
        each.cause ?? '',
      ]);
      const heading = ['CREATED', 'CHANNEL', 'TO', 'MESSAGE', 'STATE', 'ATTEMPTS', 'CAUSE'];
      for (const line of table([heading, ...rows])) cli.print(line);
    });

export const outbox: CliCommand = (cli) =>
  new Command('outbox').description('messages on their way to people').addCommand(list(cli));
