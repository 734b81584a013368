import { hostname } from 'node:os';
import { pid } from 'node:process';
import { Command, Option } from 'commander';
import { FORMATS, formatOf } from '../audit/formats.ts';
import type { FormatName } from '../audit/formats.ts';
import { createListing } from '../audit/listing.ts';
import { atWork } from './at-work.ts';
import { filterOf, withFilter } from './audit-filter.ts';
import type { FilterOptions } from './audit-filter.ts';
import type { CliCommand } from './cli.ts';

interface ExportOptions extends FilterOptions {
  readonly format: FormatName;
}

export const auditExport: CliCommand = (cli) =>
  withFilter(new Command('export').description('write events to standard output, oldest first'))
    .addOption(
      new Option('--format <format>', 'JSON lines, CSV (RFC 4180), or messages of RFC 5424')
        .choices(FORMATS)
        .default('jsonl'),
    )
    .action(async ({ format: name, ...options }: ExportOptions) => {
      const { catalogueOf } = await import('../foundation.ts');
      const format = formatOf(name, { host: hostname(), processId: String(pid) }, catalogueOf(await cli.plugins()));
      await atWork(cli, async (rooms) => {
        if (format.head !== undefined) await cli.write(`${format.head}\n`);
        const filter = await filterOf(rooms, options);
        for await (const events of createListing(rooms.store, rooms.secrets).stream(filter)) {
          await cli.write(events.map((event) => `${format.line(event)}\n`).join(''));
        }
      });
    });
