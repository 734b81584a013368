// Plain JavaScript that Node 18 runs.
import { spawn } from 'node:child_process';

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
