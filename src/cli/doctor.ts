import { Command } from 'commander';
import { ConfigFaults } from '../config/faults.ts';
import type { Foundation } from '../foundation.ts';
import { AppError } from '../kernel/errors.ts';
import type { Finding, Plugin } from '../plugin.ts';
import { atWork, table } from './at-work.ts';
import type { Cli, CliCommand } from './cli.ts';

const MARKS: Readonly<Record<Finding['level'], string>> = { ok: 'ok', warning: 'WARNING', error: 'ERROR' };

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const ofPlugins = async (cli: Cli, rooms: Foundation): Promise<readonly Finding[]> => {
  const host = await cli.hostOf(rooms);
  const found: Finding[] = [];
  for (const plugin of await cli.plugins()) {
    const { name, doctor } = plugin as Pick<Plugin, 'name' | 'doctor'>;
    if (!doctor) continue;
    try {
      found.push(...(await doctor({ host, config: rooms.config.plugins[name], opened: rooms.opened.of(plugin) })));
    } catch (error) {
      found.push({ level: 'error', about: name, text: `It could not be looked at: ${messageOf(error)}` });
    }
  }
  return found;
};

const faultsAsFindings = ({ faults }: ConfigFaults): readonly Finding[] =>
  faults.map(({ path, message, source }) => ({
    level: 'error',
    about: 'configuration',
    text: [path, source === undefined ? '' : `(${source})`, message].filter((part) => part !== '').join(' '),
  }));

/** Everything there is to say; what keeps the store from opening is all there is to say then. */
const examined = async (cli: Cli): Promise<readonly Finding[]> => {
  try {
    await cli.config();
    const { hostFindings } = await import('../host-findings.ts');
    const found = await atWork(cli, async (rooms) => [
      ...(await hostFindings(rooms)),
      ...(await ofPlugins(cli, rooms)),
    ]);
    return [{ level: 'ok', about: 'configuration', text: 'The configuration is valid.' }, ...found];
  } catch (error) {
    if (error instanceof ConfigFaults) return faultsAsFindings(error);
    if (!(error instanceof AppError)) throw error;
    return [{ level: 'error', about: error.code.replaceAll('_', ' '), text: error.message }];
  }
};

const print = (cli: Cli, findings: readonly Finding[]): void => {
  const rows = findings.flatMap(({ level, about, text, advice }) => [
    [MARKS[level], about, text],
    ...(advice === undefined || level === 'ok' ? [] : [['', '', `→ ${advice}`]]),
  ]);
  for (const line of table(rows)) cli.print(line);
};

const count = (number: number, what: string): string => `${String(number)} ${what}${number === 1 ? '' : 's'}`;

export const doctor: CliCommand = (cli) =>
  new Command('doctor')
    .description('look at everything that this installation stands on, and say what to do about what is wrong')
    .option('--json', 'findings as JSON')
    .action(async ({ json }: { json?: true }) => {
      const findings = await examined(cli);
      const of = (level: Finding['level']): number => findings.filter((each) => each.level === level).length;
      if (json) cli.printJson({ ok: of('error') === 0, findings });
      else print(cli, findings);
      const summary = `${count(of('error'), 'error')}, ${count(of('warning'), 'warning')}`;
      if (of('error') > 0) throw new AppError('unavailable', summary);
      if (!json) cli.print(summary);
    });
