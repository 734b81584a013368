import { globSync } from 'node:fs';
import { runChecks } from './checks.ts';
import { failureReport } from './failures.ts';
import { runMocha } from './mocha.ts';
import { root } from './toolchain.js';

// The rules that are written as tests: who may import whom, what the promises are shown by, generated documents.
const rules = globSync(['test/architecture/*.test.ts', 'test/config/generated.test.ts'], { cwd: root });

const checks = await runChecks();
const { failures } = await runMocha(rules, (text) => process.stdout.write(text));
const failed = [...checks.failures, ...failures];
if (failed.length > 0) console.log(`Failed:\n${failureReport(failed)}`);
process.exitCode = failed.length > 0 ? 1 : 0;
