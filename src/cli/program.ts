import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Command, CommanderError } from 'commander';
import { processEnvironment } from '../config/environment.ts';
import type { Environment } from '../config/environment.ts';
import type { Config } from '../config/schema.ts';
import { packageRoot } from '../kernel/package-root.ts';
import type { Plugin } from '../plugin.ts';
import { audit } from './audit.ts';
import { checkConfig } from './check-config.ts';
import { bounce } from './bounce.ts';
import type { Cli, CliCommand } from './cli.ts';
import { client } from './client.ts';
import { doctor } from './doctor.ts';
import { failure } from './failure.ts';
import { group } from './group.ts';
import { keys } from './keys.ts';
import { outbox } from './outbox.ts';
import { addPluginCommands } from './plugin-commands.ts';
import { serve } from './serve.ts';
import { user } from './user.ts';

/** Every command of our own, in the order in which help lists them; those of plugins come after. */
const commands: readonly CliCommand[] = [serve, checkConfig, doctor, user, group, client, keys, audit, outbox, bounce];

const FAILED = 1;
const MISUSED = 2;

/**
 * Whoever reads our output may leave, as `head` does once it has its lines. That ends what does nothing but print; other
 * work is done to its end, with nobody to tell.
 */
const readerGone = (): AbortSignal => {
  const gone = new AbortController();
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    gone.abort(error);
  });
  return gone.signal;
};

const interruption = (): AbortSignal => {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupted.abort();
    });
  }
  return interrupted.signal;
};

const processCli = (env: Environment, gone: AbortSignal): Cli => {
  let config: Promise<Config> | undefined;
  const load = async (): Promise<Config> => {
    const [{ loadConfig }, { plugins }] = await Promise.all([import('../config/load.ts'), import('../installed.ts')]);
    return loadConfig(env, plugins);
  };
  return {
    env,
    config: () => (config ??= load()),
    async open() {
      const [{ openFoundation }, { plugins, serverCollections }] = await Promise.all([
        import('../foundation.ts'),
        import('../installed.ts'),
      ]);
      return openFoundation(await this.config(), plugins, serverCollections);
    },
    async hostOf(rooms) {
      const { commandHost } = await import('../command-host.ts');
      return commandHost(rooms, await this.plugins());
    },
    plugins: async () => (await import('../installed.ts')).plugins,
    print: (line) => void process.stdout.write(`${line}\n`),
    write: async (text) => {
      gone.throwIfAborted();
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
    },
    get interrupted() {
      return AbortSignal.any([gone, interruption()]);
    },
    printJson: (value) => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    note: (line) => void process.stderr.write(`${line}\n`),
    input: async () => (await text(process.stdin)).replace(/\r?\n$/, ''),
  };
};

const inherit = (command: Command, parent: Command): void => {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inherit(child, command);
};

const ownVersion = async (): Promise<string> => {
  const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return version;
};

const createProgram = (cli: Cli, version: string, plugins: readonly Plugin[]): Command => {
  const program = new Command('latchkey')
    .description('An OpenID Connect provider whose people get back in by themselves.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(--help tells more)');
  for (const command of commands) program.addCommand(command(cli));
  addPluginCommands(program, cli, plugins);
  for (const command of program.commands) inherit(command, program);
  return program;
};

/** Runs the command line. The exit code is 0, 1 when the command failed, or 2 when it was called wrongly. */
export const main = async (args: readonly string[]): Promise<void> => {
  const gone = readerGone();
  try {
    const [{ plugins }, version] = await Promise.all([import('../installed.ts'), ownVersion()]);
    await createProgram(processCli(processEnvironment(), gone), version, plugins).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : MISUSED;
      return;
    }
    if (gone.aborted && error === gone.reason) return;
    process.stderr.write(`${failure(error)}\n`);
    process.exitCode = FAILED;
  }
};
