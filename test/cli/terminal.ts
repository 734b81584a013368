import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import type { Cli, CliCommand } from '../../src/cli/cli.ts';
import { failure } from '../../src/cli/failure.ts';
import { loadConfig } from '../../src/config/load.ts';
import { openFoundation } from '../../src/foundation.ts';
import type { Foundation } from '../../src/foundation.ts';
import { addPluginCommands } from '../../src/cli/plugin-commands.ts';
import { commandHost } from '../../src/command-host.ts';
import type { Plugin } from '../../src/plugin.ts';
import type { Collection } from '../../src/store/port.ts';
import { CHEAP } from '../support/rooms.ts';

export interface Outcome {
  readonly code: 0 | 1 | 2;
  readonly out: string;
  readonly err: string;
}

/** For commands that go on until they are interrupted. */
export interface Watching {
  readonly interrupted: AbortSignal;
  told(line: string): void;
}

/** Commands run one after another on a data directory of its own, in this process. */
export interface Terminal extends AsyncDisposable {
  run(args: readonly string[], input?: string, watching?: Watching): Promise<Outcome>;
  /** `run`, with what it printed as JSON. */
  json(args: readonly string[], input?: string): Promise<unknown>;
  /** Path of a new file with this text. */
  file(name: string, text: string): Promise<string>;
  /** The same store, as a running server has it open. */
  readonly server: Foundation;
}

/**
 * @param more collections that the commands need besides the foundation's
 * @param written what else the configuration file says
 * @param plugins whose commands there are as well; `sections` are theirs, as a file would have them under `plugins`
 */
export const terminal = async (
  commands: readonly CliCommand[],
  more: readonly Collection[] = [],
  plugins: readonly Plugin[] = [],
  sections: Readonly<Record<string, unknown>> = {},
  written: Readonly<Record<string, unknown>> = {},
): Promise<Terminal> => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  const file = join(folder, 'latchkey.yaml');
  await writeFile(file, JSON.stringify({ ...written, plugins: sections }));
  const env = { LATCHKEY_DATA_DIR: folder, LATCHKEY_CONFIG: file };
  const config = () => loadConfig(env, plugins);
  const open = async (): Promise<Foundation> => openFoundation(await config(), plugins, more, { argon2: CHEAP });
  const server = await open();

  const run = async (args: readonly string[], input = '', watching?: Watching): Promise<Outcome> => {
    let [out, err] = ['', ''];
    const cli: Cli = {
      env,
      config,
      open,
      hostOf: (rooms) => Promise.resolve(commandHost(rooms, plugins)),
      plugins: () => Promise.resolve(plugins),
      print: (line) => {
        out += `${line}\n`;
        watching?.told(line);
      },
      write: async (text) => void (out += text),
      interrupted: watching?.interrupted ?? new AbortController().signal,
      printJson: (value) => void (out += `${JSON.stringify(value)}\n`),
      note: (line) => {
        err += `${line}\n`;
        watching?.told(line);
      },
      input: async () => input,
    };
    const inherit = (command: Command): Command => {
      command.exitOverride().configureOutput({
        writeOut: (text) => void (out += text),
        writeErr: (text) => void (err += text),
      });
      command.commands.forEach(inherit);
      return command;
    };
    const program = new Command('latchkey');
    for (const command of commands) program.addCommand(command(cli));
    addPluginCommands(program, cli, plugins);
    try {
      await inherit(program).parseAsync(args, { from: 'user' });
      return { code: 0, out, err };
    } catch (error) {
      if (error instanceof CommanderError) return { code: error.exitCode === 0 ? 0 : 2, out, err };
      return { code: 1, out, err: `${err}${failure(error)}` };
    }
  };

  return {
    server,
    run,
    async file(name, text) {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    },
    json: async (args, input) => JSON.parse((await run([...args, '--json'], input)).out) as unknown,
    async [Symbol.asyncDispose]() {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
};
