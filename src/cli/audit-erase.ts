import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { chainNext } from '../audit/chaining.ts';
import { erasing } from '../audit/erasing.ts';
import { auditEvents, FRESH } from '../audit/record.ts';
import type { Foundation } from '../foundation.ts';
import { AppError } from '../kernel/errors.ts';
import { and, eq, le } from '../store/query.ts';
import { atWork, BY_CLI, commitFresh } from './at-work.ts';
import { subjectOf } from './audit-filter.ts';
import type { CliCommand } from './cli.ts';

const TRIES = 50;
const BETWEEN = 200;

/** Chains what was written so far, which is when what is personal in it goes; a running server may be at it. */
const chainAll = async (rooms: Foundation): Promise<void> => {
  const written = and(eq('batch', FRESH), le('at', rooms.clock.now()));
  for (let left = TRIES; left > 0; left -= 1) {
    while (await chainNext(rooms, 0));
    const { docs } = await rooms.store.find(auditEvents, written, { limit: 1 });
    if (docs.length === 0) return;
    await pause(BETWEEN);
  }
  throw new AppError('busy', 'the key is destroyed; the latest events wait for a server that chains them');
};

export const auditErase: CliCommand = (cli) =>
  new Command('erase')
    .description('destroy what the log has of a person beside what happened: addresses, browsers, personal reasons')
    .argument('<user>', 'user name, mail address or id; of somebody who was deleted, the id')
    .action(async (user: string) => {
      const id = await atWork(cli, async (rooms) => {
        const subject = await subjectOf(rooms, user);
        const { docs } = await rooms.store.find(auditEvents, eq('subject', subject), { limit: 1 });
        if (docs.length === 0) throw new AppError('not_found', `the log tells of no user ${JSON.stringify(user)}`);
        await commitFresh(rooms, () => erasing(rooms, subject, BY_CLI.actor));
        await chainAll(rooms);
        return subject;
      });
      cli.print(`what was personal of ${id} can no longer be read; the events themselves stay`);
    });
