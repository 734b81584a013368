import { fileURLToPath } from 'node:url';
import { plugins, startApp } from './app.ts';
import type { RunningApp } from './app.ts';
import { failure } from './cli/failure.ts';
import { processEnvironment } from './config/environment.ts';
import type { Environment } from './config/environment.ts';
import { loadConfig } from './config/load.ts';
import type { Config } from './config/schema.ts';
import { isWorker, startWorkers } from './workers.ts';

const demoNotice = (issuer: string, people: RunningApp['firstPasswords']): string =>
  [
    `latchkey: the demo app is at ${issuer}/demo, its mail and text messages at ${issuer}/dev/mailbox`,
    ...people.flatMap(({ userName, password, facts = [] }) => [
      `latchkey: sign in as ${userName} with ${password}`,
      ...facts.map((fact) => `latchkey: ${userName}: ${fact}`),
    ]),
    '',
  ].join('\n');

const FILE = fileURLToPath(import.meta.url);

const announce = ({ profile, issuer, http }: Config): void => {
  const processes = http.workers > 1 ? `, in ${http.workers} processes` : '';
  process.stdout.write(`latchkey: ${profile} profile, at ${issuer}${processes}\n`);
};

const fail = (error: unknown): void => {
  process.stderr.write(`${failure(error)}\n`);
  process.exitCode = 1;
};

/** A worker is held by its channel to the process that started it. */
const leave = (): void => {
  if (isWorker) process.disconnect();
};

/** Starts the server and arranges for its end: the first signal lets requests finish, the second one does not. */
export const serve = async (env: Environment): Promise<void> => {
  const config = await loadConfig(env, plugins);
  if (config.http.workers > 1 && !isWorker) {
    await startWorkers(FILE, config.http.workers);
    announce(config);
    return;
  }
  const app = await startApp(config);
  const stop = (): void => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
    app.stop().catch(fail).finally(leave);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);

  if (!isWorker) announce(config);
  if (config.demo.enabled) process.stdout.write(demoNotice(config.issuer, app.firstPasswords));
};

// `npm start` comes here directly, and does not pay for the command line.
if (process.argv[1] === FILE) {
  serve(processEnvironment()).catch((error: unknown) => {
    fail(error);
    leave();
  });
}
