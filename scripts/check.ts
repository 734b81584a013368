import { globSync } from 'node:fs';
import { runChecks } from './checks.ts';
import { runMocha } from './mocha.ts';
import { root } from './toolchain.js';

// The rules that are written as tests: who may import whom, what the promises are shown by, generated documents.
const rules = globSync(['test/architecture/*.test.ts', 'test/config/generated.test.ts'], { cwd: root });

const checks = await runChecks();
const { totals } = await runMocha(rules, (text) => process.stdout.write(text));
process.exitCode = checks.failed + totals.failed > 0 ? 1 : 0;
