import { Command, InvalidArgumentError } from 'commander';
import { told } from '../audit/formats.ts';
import { createListing } from '../audit/listing.ts';
import type { AuditRecord } from '../audit/record.ts';
import { atWork, table } from './at-work.ts';
import { filterOf, withFilter } from './audit-filter.ts';
import type { FilterOptions } from './audit-filter.ts';
import type { Cli, CliCommand } from './cli.ts';

const MOST = 1000;

const countOf = (text: string): number => {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MOST) {
    throw new InvalidArgumentError(`A whole number from 1 to ${String(MOST)}.`);
  }
  return count;
};

interface SearchOptions extends FilterOptions {
  readonly limit: number;
  readonly after?: string;
  readonly json?: boolean;
}

const print = (cli: Cli, events: readonly AuditRecord[], json: boolean | undefined): void => {
  const lines = events.map(told);
  if (json) {
    cli.printJson(lines);
    return;
  }
  const rows = lines.map(({ at, type, result, subject = '', actor = '', address = '', reason = '' }) => [
    ...[at, type, result, subject, actor, address, reason],
  ]);
  const titles = ['AT', 'TYPE', 'RESULT', 'SUBJECT', 'ACTOR', 'ADDRESS', 'REASON'];
  for (const line of table([titles, ...rows])) cli.print(line);
};

export const auditSearch: CliCommand = (cli) =>
  withFilter(new Command('search').alias('list').description('look for events, newest first'))
    .option('--limit <count>', `how many, at most ${String(MOST)}`, countOf, 100)
    .option('--after <place>', 'the next page, by the place that was told with the one before')
    .option('--json', 'print them as JSON')
    .action(async ({ limit, after, json, ...filter }: SearchOptions) => {
      const page = { limit, ...(after === undefined ? {} : { cursor: after }) };
      const { events, next } = await atWork(cli, async (rooms) =>
        createListing(rooms.store, rooms.secrets).page(await filterOf(rooms, filter), page),
      );
      print(cli, events, json);
      if (next !== undefined) cli.note(`there may be more: --after ${next}`);
    });
