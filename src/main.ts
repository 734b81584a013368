import { fileURLToPath } from 'node:url';
import { plugins, startApp } from './app.ts';
import type { RunningApp } from './app.ts';
import { failure } from './cli/failure.ts';
import { processEnvironment } from './config/environment.ts';
import type { Environment } from './config/environment.ts';
import { loadConfig } from './config/load.ts';

const demoNotice = (issuer: string, people: RunningApp['firstPasswords']): string =>
  [
    `latchkey: the demo app is at ${issuer}/demo, its mail and text messages at ${issuer}/dev/mailbox`,
    ...people.map(({ userName, password }) => `latchkey: sign in as ${userName} with ${password}`),
    '',
  ].join('\n');

/** Starts the server and arranges for its end: the first signal lets requests finish, the second one does not. */
export const serve = async (env: Environment): Promise<void> => {
  const config = await loadConfig(env, plugins);
  const app = await startApp(config);
  const stop = (): void => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
    app.stop().catch((error: unknown) => {
      process.stderr.write(`${failure(error)}\n`);
      process.exitCode = 1;
    });
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);

  process.stdout.write(`latchkey: ${config.profile} profile, at ${config.issuer}\n`);
  if (config.demo.enabled) process.stdout.write(demoNotice(config.issuer, app.firstPasswords));
};

// `npm start` comes here directly, and does not pay for the command line.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve(processEnvironment()).catch((error: unknown) => {
    process.stderr.write(`${failure(error)}\n`);
    process.exitCode = 1;
  });
}
