import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { headsIn } from '../audit/heads.ts';
import type { Head } from '../audit/heads.ts';
import { verifyAudit } from '../audit/verify.ts';
import type { FaultKind, Verification, VerifyFault } from '../audit/verify.ts';
import { MINUTE } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { atWork, collect } from './at-work.ts';
import type { Cli, CliCommand } from './cli.ts';

const SENTENCES: Readonly<Record<FaultKind, string>> = {
  batch_missing: 'the batch is missing',
  batch_unlinked: 'the batch does not follow the one before it',
  batch_unsigned: 'the batch was not signed by the key of this log',
  batch_changed: 'an event in the batch, or the batch itself, was changed',
  events_missing: 'events were removed from the batch',
  events_added: 'events were added to the batch',
  event_foreign: 'events were forged, or changed before they were chained',
  event_unchained: 'events stand outside of the chain',
  end_missing: 'the chain does not end where it is written down to end',
  checkpoint_unsigned: 'what says which events were dropped was not signed by the key of this log',
  head_unsigned:
    'the head from outside was signed by another key: the log was begun anew, or the head is not of this log',
  head_rewritten: 'the log says something else than the head that left the machine: it was rewritten',
  head_cut: 'the head that left the machine is of a batch that is gone: the end of the log was cut off',
  head_dropped: 'events were dropped before their time',
};

const faultLine = ({ kind, batch, at, events = [] }: VerifyFault): string => {
  const when = at === undefined ? '' : ` (${new Date(at).toISOString()})`;
  const which = events.length === 0 ? '' : `: ${events.join(' ')}`;
  return `batch ${String(batch)}${when}: ${SENTENCES[kind]}${which}`;
};

/** The job that chains runs every few seconds: what waits longer is a sign that no server runs. */
const LONG_WAIT = 15 * MINUTE;

const print = (cli: Cli, found: Verification, now: number): void => {
  const { batches, events, dropped, waiting, heads, kid } = found;
  for (const fault of found.faults) cli.print(faultLine(fault));
  if (found.more > 0) cli.print(`and ${String(found.more)} more`);
  const before = dropped === 0 ? '' : `, after ${String(dropped)} that were kept long enough`;
  cli.print(`${String(events)} events in ${String(batches)} batches${before}; ${String(heads)} heads from outside`);
  if (kid !== undefined) cli.print(`signed by the key ${kid}`);
  if (waiting.count > 0) cli.print(`${String(waiting.count)} events wait to be chained`);
  if (waiting.since !== undefined && waiting.since < now - LONG_WAIT) {
    cli.note('some have waited for long: no server runs, or its job audit.chaining fails');
  }
  if (heads === 0) cli.note('without heads from outside, only what was done without our keys is found: --heads FILE');
};

const readHeads = async (files: readonly string[]): Promise<readonly Head[]> => {
  const found = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(file, 'utf8').catch((cause: unknown) => {
        throw new AppError('bad_request', `the file ${file} cannot be read`, { cause });
      });
      const heads = headsIn(text);
      if (heads.length === 0) throw new AppError('bad_request', `there is no head of an audit log in ${file}`);
      return heads;
    }),
  );
  return found.flat();
};

export const auditVerify: CliCommand = (cli) =>
  new Command('verify')
    .description('recompute the chain: what was changed, added, removed or cut off')
    .option('--heads <file>', 'heads that left the machine, whatever is around them; several times for more', collect)
    .option('--json', 'print what was found as JSON')
    .action(async ({ heads: files = [], json }: { heads?: readonly string[]; json?: boolean }) => {
      const heads = await readHeads(files);
      const { found, now } = await atWork(cli, async (rooms) => ({
        found: await verifyAudit({ ...rooms, keep: rooms.config.audit.keep }, heads),
        now: rooms.clock.now(),
      }));
      if (json) cli.printJson(found);
      else print(cli, found, now);
      const [first] = found.faults;
      if (first)
        throw new AppError('forbidden', `the audit log cannot be trusted from batch ${String(first.batch)} on`);
    });
