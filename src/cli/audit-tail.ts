import { Command } from 'commander';
import { following } from '../audit/following.ts';
import { told } from '../audit/formats.ts';
import { createAuditReader } from '../audit/reader.ts';
import { auditEvents } from '../audit/record.ts';
import type { AuditRecord } from '../audit/record.ts';
import { SECOND } from '../kernel/clock.ts';
import { table } from './at-work.ts';
import type { CliCommand } from './cli.ts';

const LOOK_EVERY = 2 * SECOND;

const line = (event: AuditRecord): string => {
  const { at, type, result, subject = '-', address = '-', reason = '' } = told(event);
  return table([[at, type, result, subject, address, reason]])[0] ?? '';
};

export const auditTail: CliCommand = (cli) =>
  new Command('tail')
    .description('print events as they are written, until it is interrupted')
    .option('--json', 'print each as a line of JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const rooms = await cli.open();
      const reader = createAuditReader(rooms.store, rooms.secrets);
      const next = following(rooms.store, rooms.clock);
      // What is there already is not followed.
      await next();
      cli.note('following the audit log until it is interrupted');
      const { interrupted } = cli;
      let wake = (): void => undefined;
      const look = (): void => {
        wake();
      };
      const unwatch = rooms.store.watch([auditEvents], look);
      interrupted.addEventListener('abort', look);
      try {
        while (!interrupted.aborted) {
          for (const event of await reader.open(await next())) {
            cli.print(json ? JSON.stringify(told(event)) : line(event));
          }
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, LOOK_EVERY);
            wake = () => {
              clearTimeout(timer);
              resolve();
            };
            // It may have come while events were printed.
            if (interrupted.aborted) wake();
          });
        }
      } finally {
        unwatch();
        await rooms.close();
      }
    });
