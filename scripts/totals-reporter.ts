import { relative } from 'node:path';
import Mocha from 'mocha';
import { reasonOf, type Failure } from './failures.ts';
import { root } from './toolchain.js';

/** What a mocha process tells the one that started it, at its end. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Titles of what was skipped. */
  readonly pending: readonly string[];
}

const PATIENCE_MS = 10_000;

const { Base } = Mocha.reporters;

/** What mocha's own report shows of two values; it has made text of both by then. */
const differenceIn = (error: unknown): string => {
  const { actual, expected } = (error ?? {}) as { actual?: unknown; expected?: unknown };
  return typeof actual === 'string' && typeof expected === 'string' ? Base.generateDiff(actual, expected) : '';
};

const failureOf = (test: Mocha.Runnable, error: unknown): Failure => {
  // Hooks do not always know their file.
  const file = test.file ?? test.parent?.file;
  return {
    title: test.fullTitle(),
    ...(file !== undefined && { file: relative(root, file) }),
    reason: reasonOf(error, differenceIn(error)),
  };
};

/**
 * The usual report for people, and for `scripts/test.ts`, which adds up several processes, each failure as it comes
 * and the totals as data.
 */
export default class TotalsReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const pending: string[] = [];
    runner.on('pending', (test) => pending.push(test.fullTitle()));
    runner.on('fail', (test: Mocha.Runnable, error: unknown) => process.send?.(failureOf(test, error)));
    runner.once('end', () => {
      const { passes, failures } = this.stats;
      const totals: Totals = { passed: passes, failed: failures, skipped: pending.length, pending };
      process.send?.(totals);
      // Nothing is open any more by then. Node's own cleaning up was seen to wait without end for handles of programs
      // that were started and let go of, such as directory servers.
      process.once('beforeExit', () => process.exit());
      // Unreferenced: it only comes to this when something else keeps the process alive.
      setTimeout(() => {
        console.log(`still open: ${process.getActiveResourcesInfo().join(', ')}`);
      }, PATIENCE_MS).unref();
    });
  }
}
