import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import type { Cli, CliCommand } from '../../src/cli/cli.ts';
import { failure } from '../../src/cli/failure.ts';
import { loadConfig } from '../../src/config/load.ts';
import { openFoundation } from '../../src/foundation.ts';
import type { Foundation } from '../../src/foundation.ts';
import type { Collection } from '../../src/store/port.ts';
import { CHEAP } from '../support/rooms.ts';

export interface Outcome {
  readonly code: 0 | 1 | 2;
  readonly out: string;
  readonly err: string;
}

/** Commands run one after another on a data directory of its own, in this process. */
export interface Terminal extends AsyncDisposable {
  run(args: readonly string[], input?: string): Promise<Outcome>;
  /** `run`, with what it printed as JSON. */
  json(args: readonly string[], input?: string): Promise<unknown>;
  /** The same store, as a running server has it open. */
  readonly server: Foundation;
}

/** @param more collections that the commands need besides the foundation's */
export const terminal = async (
  commands: readonly CliCommand[],
  more: readonly Collection[] = [],
): Promise<Terminal> => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  const env = { LATCHKEY_DATA_DIR: folder };
  const open = async (): Promise<Foundation> => openFoundation(await loadConfig(env, []), [], more, { argon2: CHEAP });
  const server = await open();

  const run = async (args: readonly string[], input = ''): Promise<Outcome> => {
    let [out, err] = ['', ''];
    const cli: Cli = {
      env,
      config: () => loadConfig(env, []),
      open,
      print: (line) => void (out += `${line}\n`),
      printJson: (value) => void (out += `${JSON.stringify(value)}\n`),
      note: (line) => void (err += `${line}\n`),
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
    json: async (args, input) => JSON.parse((await run([...args, '--json'], input)).out) as unknown,
    async [Symbol.asyncDispose]() {
      await server.store.close();
      await rm(folder, { recursive: true });
    },
  };
};
