import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { firstLines, type Failure } from './failures.ts';
import { root } from './toolchain.js';

interface Check {
  readonly name: string;
  /** A script under node_modules, run with the pinned Node. */
  readonly script: string;
  readonly args: readonly string[];
  /** What to run when it fails, where a program can mend it. */
  readonly mend?: string;
}

const types: Check = { name: 'types', script: 'typescript/bin/tsc', args: ['-p', '.'] };

const lint: Check = {
  name: 'lint',
  script: 'eslint/bin/eslint.js',
  args: ['.', '--max-warnings=0', '--cache', '--cache-location', '.cache/eslint', '--cache-strategy', 'content'],
};

const format: Check = {
  name: 'format',
  script: 'prettier/bin/prettier.cjs',
  args: ['.', '--check', '--log-level=warn', '--cache', '--cache-location=.cache/prettier'],
  mend: 'npm run format',
};

const runCheck = (check: Check): Promise<readonly Failure[]> =>
  new Promise((resolve) => {
    const began = performance.now();
    const child = spawn(process.execPath, [join(root, 'node_modules', check.script), ...check.args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (text: string): void => {
      output += text;
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('close', (code) => {
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      if (code === 0) {
        console.log(`  ✔ ${check.name} (${seconds} s)`);
      } else {
        console.log(`  ✖ ${check.name} (${seconds} s)${check.mend ? `, mended by: ${check.mend}` : ''}\n\n${output}`);
      }
      resolve(code === 0 ? [] : [{ title: `the check of ${check.name}`, reason: firstLines(output, 20) }]);
    });
  });

/** Types beside lint and format: two processes at a time. Gives how many passed, and what failed. */
export const runChecks = async (): Promise<{ readonly passed: number; readonly failures: readonly Failure[] }> => {
  console.log('\n  Checks');
  const [first, second] = await Promise.all([
    runCheck(types),
    runCheck(format).then(async (formatted) => [formatted, await runCheck(lint)]),
  ]);
  const results = [first, ...second];
  return { passed: results.filter((failures) => failures.length === 0).length, failures: results.flat() };
};
