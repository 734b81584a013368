import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { root } from './toolchain.js';

// One after the other, each in a process of its own, so that no figure is taken beside another one's work.
const asked = process.argv.slice(2);
const files = asked.length > 0 ? asked : globSync('bench/*.ts', { cwd: root }).sort();

for (const file of files) {
  console.log(`\n${file}`);
  const { status } = spawnSync(process.execPath, ['--conditions=latchkey-source', file], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
