import { Command } from 'commander';
import { installationOf } from '../config/installation.ts';
import { AppError } from '../kernel/errors.ts';
import type { CommandArgument, CommandContext, CommandContribution, CommandOutput, Plugin } from '../plugin.ts';
import { atWork, BY_CLI, commitFresh, table } from './at-work.ts';
import type { Cli } from './cli.ts';

/** What commander read: names to texts, switches to true. */
type Given = Readonly<Record<string, string | true>>;

const namedArguments = (
  expected: readonly CommandArgument[],
  given: readonly (string | undefined)[],
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    expected.flatMap(({ name }, at) => {
      const value = given[at];
      return value === undefined ? [] : [[name, value]];
    }),
  );

type Called = Pick<CommandContext, 'arguments' | 'options' | 'print' | 'note'>;

const run = (cli: Cli, plugin: Plugin, command: CommandContribution, called: Called): Promise<CommandOutput> =>
  atWork(cli, async (rooms) => {
    const host = await cli.hostOf(rooms);
    return command.run({
      ...called,
      host,
      config: rooms.config.plugins[plugin.name],
      opened: rooms.opened.of(plugin),
      by: BY_CLI,
      async account(name) {
        const found = (await host.accounts.byName(name)) ?? (await host.accounts.byId(name));
        if (!found) throw new AppError('not_found', `there is no user ${JSON.stringify(name)}`);
        return found;
      },
      commit: (changes, refusals) => commitFresh(rooms, changes, refusals),
      async section(file) {
        const { readSection } = await import('../config/section.ts');
        return readSection(file, plugin, installationOf(rooms.config, await cli.plugins()));
      },
      input: () => cli.input(),
    });
  });

const show = (cli: Cli, { value, text, failure }: CommandOutput, json: boolean): void => {
  if (json) cli.printJson(value);
  else for (const part of text) for (const line of table(typeof part === 'string' ? [[part]] : part)) cli.print(line);
  if (failure !== undefined) throw new AppError('bad_request', failure);
};

const harmless = (line: string): string => table([[line]]).join('');

const toCommand = (cli: Cli, plugin: Plugin, contribution: CommandContribution, name: string): Command => {
  const { description, arguments: expected = [], options = [] } = contribution;
  const command = new Command(name).description(description);
  for (const { name: argument, description: about, optional } of expected) {
    command.argument(optional ? `[${argument}]` : `<${argument}>`, about);
  }
  for (const { flags, description: about, required } of options) {
    if (required) command.requiredOption(flags, about);
    else command.option(flags, about);
  }
  return command.option('--json', 'print the result as JSON').action(async () => {
    const { json, ...given } = command.opts<Given & { readonly json?: true }>();
    const called = {
      arguments: namedArguments(expected, command.args),
      options: given,
      print: (line: string) => (json === true ? undefined : cli.print(harmless(line))),
      note: (line: string) => {
        cli.note(harmless(line));
      },
    };
    show(cli, await run(cli, plugin, contribution, called), json === true);
  });
};

const groupIn = (program: Command, name: string, about: string | undefined): Command => {
  const there = program.commands.find((command) => command.name() === name);
  if (there) return there;
  const group = new Command(name).description(about ?? '');
  program.addCommand(group);
  return group;
};

/** Adds what plugins bring to the command line, each under the word that its name begins with. */
export const addPluginCommands = (program: Command, cli: Cli, plugins: readonly Plugin[]): void => {
  for (const plugin of plugins) {
    for (const contribution of plugin.commands ?? []) {
      const words = contribution.name.split(' ');
      const parent = words
        .slice(0, -1)
        .reduce((above, word) => groupIn(above, word, plugin.commandGroups?.[word]), program);
      parent.addCommand(toCommand(cli, plugin, contribution, words.at(-1) ?? ''));
    }
  }
};
