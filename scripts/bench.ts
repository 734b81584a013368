import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { root } from './toolchain.js';

// `npm run bench`, `npm run bench -- scim`, `npm run bench -- bench/scim.ts 1000 50000`: which benches, by their files or
// the beginnings of their names, and then sizes for each of them.
const words = process.argv.slice(2);
const asked = words.filter((word) => !/^\d+$/.test(word));
const sizes = words.filter((word) => /^\d+$/.test(word));

const isAsked = (file: string): boolean => {
  const name = basename(file, '.ts');
  return asked.length === 0 || asked.some((word) => word === file || word === name || name.startsWith(`${word}-`));
};

const files = globSync('bench/*.ts', { cwd: root }).sort().filter(isAsked);
if (files.length === 0) {
  console.error(`There is no bench ${asked.join(' ')}.`);
  process.exitCode = 1;
}

// One after the other, each in a process of its own, so that no figure is taken beside another one's work.
for (const file of files) {
  console.log(`\n${file}`);
  const { status } = spawnSync(process.execPath, ['--conditions=latchkey-source', file, ...sizes], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
