#!/usr/bin/env node
// Plain JavaScript that Node 18 runs: it finds a Node that is new enough, then the program.
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { prepare, runWith } from './runtime.js';

const OLDEST = 24;

const own = realpathSync(fileURLToPath(import.meta.url));
const root = dirname(dirname(own));
const source = join(root, 'src', 'cli', 'program.ts');
const isClone = existsSync(source);
const program = isClone ? source : join(root, 'dist', 'src', 'cli', 'program.js');
const pinned = join(root, 'node_modules', '.bin', 'node');

if (Number(process.versions.node.split('.')[0]) >= OLDEST) {
  if (isClone && !existsSync(join(root, 'node_modules', '.package-lock.json'))) {
    console.error('latchkey: the dependencies are not installed here; run: npm ci');
    process.exitCode = 1;
  } else {
    prepare(root);
    const { main } = /** @type {{ main(args: readonly string[]): Promise<void> }} */ (
      await import(pathToFileURL(program).href)
    );
    await main(process.argv.slice(2));
  }
} else if (existsSync(pinned)) {
  runWith(pinned, [own, ...process.argv.slice(2)]);
} else if (isClone) {
  console.error('latchkey: the dependencies are not installed here; run: npm ci');
  process.exitCode = 1;
} else {
  console.error(`latchkey: Node ${OLDEST} or later is needed; this is ${process.version}`);
  process.exitCode = 1;
}
