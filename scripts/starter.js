// `node scripts/starter.js FILE ARGUMENTS…`: installs what is missing, then runs FILE with the pinned Node.
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { prepare, runWith } from '../bin/runtime.js';
import { install, pinnedNode, root, runsPinnedNode, whyInstall, whyNoPinnedNode } from './toolchain.js';

/** @param {string} sentence */
const fail = (sentence) => {
  console.error(`latchkey: ${sentence}`);
  process.exit(1);
};

const ensureInstalled = () => {
  const reason = whyInstall(root);
  if (!reason) return;
  console.error(`latchkey: ${reason}; installing the dependencies (npm ci), which takes about a minute`);
  if (!install(root)) fail('npm ci failed, for the reason above');
};

/** @param {readonly string[]} args */
const goOnWithPinnedNode = (args) => {
  const why = whyNoPinnedNode(root);
  if (why) fail(why);
  runWith(pinnedNode(root), ['--conditions=latchkey-source', fileURLToPath(import.meta.url), ...args]);
};

const [file = '', ...args] = process.argv.slice(2);
if (file === '') fail('say which file to run');
ensureInstalled();

if (runsPinnedNode(root)) {
  prepare(root);
  const target = resolve(root, file);
  process.argv.splice(1, 2, target);
  await import(pathToFileURL(target).href);
} else {
  goOnWithPinnedNode([file, ...args]);
}
