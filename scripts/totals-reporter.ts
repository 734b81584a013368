import Mocha from 'mocha';

/** What a mocha process tells the one that started it. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Titles of what was skipped. */
  readonly pending: readonly string[];
}

const PATIENCE_MS = 10_000;

/** The usual report for people, and the totals as data for `scripts/test.ts`, which adds up several processes. */
export default class TotalsReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const pending: string[] = [];
    runner.on('pending', (test) => pending.push(test.fullTitle()));
    runner.once('end', () => {
      const { passes, failures } = this.stats;
      const totals: Totals = { passed: passes, failed: failures, skipped: pending.length, pending };
      process.send?.(totals);
      // Unreferenced: it only comes to this when something else keeps the process alive.
      setTimeout(() => {
        console.log(`still open: ${process.getActiveResourcesInfo().join(', ')}`);
      }, PATIENCE_MS).unref();
    });
  }
}
