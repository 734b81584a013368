import { Command, InvalidArgumentError } from 'commander';
import { listEvents } from '../audit/listing.ts';
import type { AuditFilter } from '../audit/listing.ts';
import { atWork, table } from './at-work.ts';
import type { Cli, CliCommand } from './cli.ts';
import { findUser } from './user.ts';

const MOST = 1000;

const countOf = (text: string): number => {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MOST) {
    throw new InvalidArgumentError(`A whole number from 1 to ${MOST}.`);
  }
  return count;
};

const timeOf = (text: string): number => {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('A time such as 2026-11-22 or 2026-11-22T09:00:00Z.');
  return time;
};

interface ListOptions {
  readonly type?: string;
  readonly user?: string;
  readonly since?: number;
  readonly until?: number;
  readonly limit: number;
  readonly json?: boolean;
}

const list = (cli: Cli): Command =>
  new Command('list')
    .description('list events, newest first')
    .option('--type <type>', 'events of one type, such as person.created')
    .option('--user <name>', 'events about one person, by user name, mail address or id')
    .option('--since <time>', 'events from this time on', timeOf)
    .option('--until <time>', 'events before this time', timeOf)
    .option('--limit <count>', `how many, at most ${MOST}`, countOf, 100)
    .option('--json', 'print them as JSON')
    .action(async ({ type, user, since, until, limit, json }: ListOptions) => {
      const events = await atWork(cli, async (rooms) => {
        const filter: AuditFilter = {
          ...(type === undefined ? {} : { type }),
          ...(user === undefined ? {} : { subject: (await findUser(rooms, user)).id }),
          ...(since === undefined ? {} : { since }),
          ...(until === undefined ? {} : { until }),
        };
        return (await listEvents(rooms.store, filter, { limit })).events;
      });
      const told = events.map(({ at, ...event }) => ({ at: new Date(at).toISOString(), ...event }));
      if (json) {
        cli.printJson(told);
        return;
      }
      const rows = told.map((event) => [
        event.at,
        event.type,
        event.result,
        event.subject ?? '',
        event.actor ?? '',
        event.reason ?? '',
      ]);
      for (const line of table([['AT', 'TYPE', 'RESULT', 'SUBJECT', 'ACTOR', 'REASON'], ...rows])) cli.print(line);
    });

export const audit: CliCommand = (cli) =>
  new Command('audit').description('what happened, when, and by whom').addCommand(list(cli));
