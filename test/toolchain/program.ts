import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { packageRoot } from '../../src/kernel/package-root.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  /** Resolves when standard output holds the text; rejects when the program ends before. */
  says(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Reads its standard output no more, as `head` does once it has its lines. */
  stopReading(): void;
  readonly ended: Promise<Ended>;
}

/** Runs a file of the project in a process of its own, under this environment and no other. */
export const start = (file: string, args: readonly string[], env: Readonly<Record<string, string>>): Program => {
  const child = spawn(process.execPath, ['--conditions=latchkey-source', resolve(packageRoot, file), ...args], {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: join(packageRoot, '.cache', 'compile'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A test that fails half-way leaves nothing running.
  const abandon = (): void => void child.kill('SIGKILL');
  process.once('exit', abandon);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      process.removeListener('exit', abandon);
      resolve({ code, stdout, stderr });
    });
  });
  return {
    ended,
    kill: (signal) => child.kill(signal),
    stopReading: () => void child.stdout.destroy(),
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (stdout.includes(text)) resolve();
        };
        child.stdout.on('data', look);
        void ended.then(() => reject(new Error(`it ended without saying ${text}:\n${stdout}\n${stderr}`)));
        look();
      }),
  };
};

/** Runs the command line to its end. */
export const latchkey = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  start('bin/latchkey.js', args, env).ended;
