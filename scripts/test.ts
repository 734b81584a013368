import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { runChecks } from './checks.ts';
import { installDebianPackages } from './debian-packages.ts';
import { failureReport } from './failures.ts';
import { runMocha } from './mocha.ts';
import { root } from './toolchain.js';
import type { Totals } from './totals-reporter.ts';

// One mocha process keeps only one processor busy, and only half of the time: much of a test is waiting for a browser,
// a database server or another process. So several run beside each other. Each file belongs to the first set that takes
// it; a set is dealt out to as many processes as it says. Directories are started once in a process: they stay together.
const SETS: readonly { readonly files: readonly string[]; readonly processes: number }[] = [
  { files: ['test/**/*process*.test.ts'], processes: 2 },
  { files: ['test/servers/**/*.test.ts', 'test/**/directory-*.test.ts'], processes: 1 },
  { files: ['test/{browser,recipes}/**/*.test.ts', 'test/**/*{mongo,browser}*.test.ts'], processes: 2 },
  { files: ['test/**/*.test.ts'], processes: 2 },
];

const install = (): void => {
  console.log('\n  What the tests need');
  for (const line of installDebianPackages()) console.log(`  ${line}`);
  const mongod = spawnSync(process.execPath, ['test/support/mongod.ts', 'install'], { cwd: root, encoding: 'utf8' });
  console.log(`  mongod: ${mongod.status === 0 ? mongod.stdout.trim() : 'none, and none could be fetched'}`);
};

/** Every test file once, in hands of one mocha process each. */
const hands = (): readonly (readonly string[])[] => {
  const left = new Set(globSync('test/**/*.test.ts', { cwd: root }));
  return SETS.flatMap(({ files, processes }) => {
    const taken = globSync(files, { cwd: root })
      .filter((file) => left.delete(file))
      .sort();
    return Array.from({ length: processes }, (_, hand) => taken.filter((_file, at) => at % processes === hand));
  }).filter(({ length }) => length > 0);
};

/** What the last one says is shown as it comes, the others' when they have ended. */
const runTests = async () => {
  const all = hands();
  const ends = all.map((files, at) =>
    runMocha(files, (text) => {
      if (at === all.length - 1) process.stdout.write(text);
    }),
  );
  const runs = await Promise.all(ends);
  for (const { output } of runs.slice(0, -1)) process.stdout.write(output);
  return runs;
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
