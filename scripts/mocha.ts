import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { lastLines, type Failure } from './failures.ts';
import { root } from './toolchain.js';
import type { Totals } from './totals-reporter.ts';

/** Time for a mocha process to end by itself once its last test is done; more means that something was left open. */
const GRACE_MS = 20_000;

export interface MochaOptions {
  /** Milliseconds from the last test to the end of the process. */
  readonly grace?: number;
  /** Where the tests are, when not here. */
  readonly cwd?: string;
  /** Of one test, or of what several stand under: no others run. */
  readonly title?: string;
}

export interface MochaRun {
  readonly output: string;
  readonly totals: Totals;
  /** As many as the totals count. */
  readonly failures: readonly Failure[];
}

const isTotals = (message: unknown): message is Totals =>
  typeof message === 'object' && message !== null && 'passed' in message;

const isFailure = (message: unknown): message is Failure =>
  typeof message === 'object' && message !== null && 'reason' in message;

/** Of the process as a whole; the end of what it said is all there is to tell. */
const crash = (how: string, files: readonly string[], output: string): Failure => ({
  title: `mocha ended with ${how}`,
  file: files.length === 1 ? String(files[0]) : `${String(files.length)} files, the first ${String(files[0])}`,
  reason: lastLines(output, 20),
});

/**
 * Runs files in a mocha process of their own. One that crashes, or does not end because a test left something open,
 * counts as one more failure.
 *
 * @param onOutput where its output goes as it comes; it is kept as well
 */
export const runMocha = (
  files: readonly string[],
  onOutput: (text: string) => void,
  { grace = GRACE_MS, cwd = root, title }: MochaOptions = {},
): Promise<MochaRun> =>
  new Promise((resolve) => {
    // It runs only as the file that was started, by its own path: node_modules may be a link.
    const cli = realpathSync(join(root, 'node_modules', 'mocha', 'lib', 'cli', 'cli.js'));
    const reporter = join(cwd, 'scripts', 'totals-reporter.ts');
    const child = spawn(
      process.execPath,
      [
        ...['--conditions=latchkey-source', cli, '--reporter', reporter],
        ...(title === undefined ? [] : ['--fgrep', title]),
        ...['--spec', ...files],
      ],
      { cwd, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
    );
    let output = '';
    const failures: Failure[] = [];
    let totals: Totals | undefined;
    let patience: NodeJS.Timeout | undefined;
    const take = (text: string): void => {
      output += text;
      onOutput(text);
    };

    child.stdout?.setEncoding('utf8').on('data', take);
    child.stderr?.setEncoding('utf8').on('data', take);
    child.on('message', (message) => {
      if (isFailure(message)) failures.push(message);
      if (!isTotals(message)) return;
      totals = message;
      patience = setTimeout(() => {
        take(`\nThe tests are over, but the process does not end: a test left a server, timer or connection open.\n`);
        child.kill('SIGKILL');
      }, grace);
    });
    child.on('close', (code, signal) => {
      clearTimeout(patience);
      const counted = totals ?? { passed: 0, failed: 0, skipped: 0, pending: [] };
      const crashed = totals === undefined || signal !== null || (code !== 0 && counted.failed === 0);
      if (crashed) {
        const how = signal ?? `exit code ${String(code)}`;
        failures.push(crash(how, files, output));
        take(`\nmocha ended with ${how}\n`);
      }
      resolve({ output, failures, totals: { ...counted, failed: failures.length } });
    });
  });
