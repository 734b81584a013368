// Plain JavaScript that Node 18 runs.
import { spawn } from 'node:child_process';
import module from 'node:module';
import os from 'node:os';
import { join } from 'node:path';

/**
 * Prepares this process for the program. To be called before anything uses libuv's thread pool, which takes its size
 * from the environment when it is first used: a thread for each processor to hash on, and two for files and names.
 *
 * @param {string} root folder of the package
 */
export const prepare = (root) => {
  process.env['UV_THREADPOOL_SIZE'] ??= String(Math.max(4, os.availableParallelism() + 2));
  // Beside the program and not in the shared temporary folder, where others could put code for us to run.
  module.enableCompileCache(join(root, '.cache', 'compile'));
};

/**
 * Goes on in another Node: same terminal, same signals, same exit code.
 *
 * @param {string} node path of the Node to use
 * @param {readonly string[]} args
 */
export const runWith = (node, args) => {
  const child = spawn(node, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  child.on('error', (error) => {
    console.error(`latchkey: ${node} does not run: ${error.message}`);
    process.exitCode = 1;
  });
  // A terminal sends Ctrl-C to both of us; only what came to us alone is passed on.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
};
