import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plugins } from '../src/app.ts';
import { documents } from './documents.ts';
import { root } from './toolchain.js';

for (const { path, text } of documents(plugins)) {
  writeFileSync(join(root, path), text);
  console.log(path);
}
