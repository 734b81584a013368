import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { runChecks } from './checks.ts';
import { installDebianPackages } from './debian-packages.ts';
import { failureReport } from './failures.ts';
import { runMocha } from './mocha.ts';
import { root } from './toolchain.js';
import type { Totals } from './totals-reporter.ts';

// Suites that wait for a browser, a database server or another process more than they compute: they run beside the
// rest, since one mocha process keeps only one processor busy. Each file belongs to the first set that takes it.
const WAITING: readonly (readonly string[])[] = [
  ['test/**/*process*.test.ts'],
  ['test/servers/**/*.test.ts', 'test/**/directory-*.test.ts'],
  ['test/{browser,recipes}/**/*.test.ts', 'test/**/*{mongo,browser}*.test.ts'],
];

const install = (): void => {
  console.log('\n  What the tests need');
  for (const line of installDebianPackages()) console.log(`  ${line}`);
  const mongod = spawnSync(process.execPath, ['test/support/mongod.ts', 'install'], { cwd: root, encoding: 'utf8' });
  console.log(`  mongod: ${mongod.status === 0 ? mongod.stdout.trim() : 'none, and none could be fetched'}`);
};

/** Every test file once: the sets that wait, and what is left. */
const setsOfFiles = (): { readonly rest: readonly string[]; readonly waiting: readonly (readonly string[])[] } => {
  const left = new Set(globSync('test/**/*.test.ts', { cwd: root }));
  const take = (patterns: readonly string[]): readonly string[] =>
    globSync(patterns, { cwd: root })
      .filter((file) => left.delete(file))
      .sort();
  const waiting = WAITING.map(take).filter(({ length }) => length > 0);
  return { rest: [...left].sort(), waiting };
};

const runTests = async () => {
  const { rest, waiting } = setsOfFiles();
  const beside = waiting.map((files) => runMocha(files, () => undefined));
  const first = await runMocha(rest, (text) => process.stdout.write(text));
  const others = await Promise.all(beside);
  for (const { output } of others) process.stdout.write(output);
  return [first, ...others];
};

install();
const checks = await runChecks();
const runs = await runTests();

const sum = (of: (totals: Totals) => number): number => runs.reduce((total, { totals }) => total + of(totals), 0);
const failures = [...checks.failures, ...runs.flatMap((run) => run.failures)];
const skipped = sum((totals) => totals.skipped);

if (skipped > 0) {
  const titles = runs.flatMap(({ totals }) => totals.pending);
  console.log(`Skipped:\n${titles.map((title) => `  - ${title}\n`).join('')}`);
}
const mustNotSkip = process.env['CI'] !== undefined && process.env['CI'] !== 'false';
if (mustNotSkip && skipped > 0) console.log('A skipped test fails the run, because CI is set.\n');
// Last of all but the totals, for whoever has only the tail of the log.
if (failures.length > 0) console.log(`Failed:\n${failureReport(failures)}`);
console.log(
  `${String(checks.passed + sum((totals) => totals.passed))} passed, ${String(failures.length)} failed, ${String(skipped)} skipped`,
);
process.exitCode = failures.length > 0 || (mustNotSkip && skipped > 0) ? 1 : 0;
