import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { AuditFilter } from '../audit/listing.ts';
import type { Foundation } from '../foundation.ts';

const timeOf = (text: string): number => {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('A time such as 2026-11-22 or 2026-11-22T09:00:00Z.');
  return time;
};

/** What commands that read the log are told to look for. */
export interface FilterOptions {
  readonly type?: string;
  readonly user?: string;
  readonly actor?: string;
  readonly result?: string;
  readonly address?: string;
  readonly correlation?: string;
  readonly since?: number;
  readonly until?: number;
}

export const withFilter = (command: Command): Command =>
  command
    .option('--type <type>', 'events of one type, such as person.created')
    .option('--user <name>', 'events about one person, by user name, mail address or id')
    .option('--actor <actor>', 'events caused by somebody else than the person: cli, system, client:ID or an id')
    .option('--result <result>', 'success, failure or refused')
    .option('--address <address>', 'events from one address; reads all that the rest leaves')
    .option('--correlation <id>', 'events of one request, by the number that people see on error pages')
    .option('--since <time>', 'events from this time on', timeOf)
    .option('--until <time>', 'events before this time', timeOf);

/** The id of whoever goes by this name; a name that is nobody's is taken for an id, as of people who were deleted. */
export const subjectOf = async ({ directory }: Foundation, name: string): Promise<string> =>
  ((await directory.people.byName(name)) ?? (await directory.people.byId(name)))?.id ?? name;

export const filterOf = async (rooms: Foundation, options: FilterOptions): Promise<AuditFilter> => {
  const { user, type, actor, result, address, correlation, since, until } = options;
  const given = Object.entries({ type, actor, result, address, correlation, since, until });
  return {
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    ...(user === undefined ? {} : { subject: await subjectOf(rooms, user) }),
  };
};
