// Plain JavaScript that Node 18 runs: it is the first thing to run after a clone, before the pinned Node is there.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const PINNED_MAJOR = 24;

/** @param {string} project */
export const pinnedNode = (project) => {
  const suffix = process.platform === 'win32' ? '.cmd' : '';
  return join(project, 'node_modules', '.bin', `node${suffix}`);
};

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }} Locked */

/** @param {string} file */
const lockedPackages = (file) => {
  const { packages } = /** @type {{ packages: Record<string, Locked> }} */ (JSON.parse(readFileSync(file, 'utf8')));
  return packages;
};

/**
 * Compares the lock file with what npm noted when it installed, and that with what is on the disk; file times say
 * nothing after a checkout.
 *
 * @param {string} project folder of package-lock.json
 * @returns {string | undefined} why dependencies must be installed, or nothing
 */
export const whyInstall = (project) => {
  const modules = join(project, 'node_modules');
  if (!existsSync(modules)) return 'node_modules is missing';
  const note = join(modules, '.package-lock.json');
  if (!existsSync(note)) return 'node_modules is incomplete';

  const installed = lockedPackages(note);
  const wanted = lockedPackages(join(project, 'package-lock.json'));
  for (const [path, { version, integrity, optional, devOptional }] of Object.entries(wanted)) {
    if (path === '') continue;
    const found = installed[path];
    if (!found && (optional || devOptional)) continue;
    if (!found) return `node_modules is incomplete: ${path} is missing`;
    if (found.version !== version || found.integrity !== integrity) return 'node_modules is older than the lock file';
    if (!existsSync(join(project, path, 'package.json'))) return `node_modules is incomplete: ${path} is missing`;
  }
  return undefined;
};

/**
 * @param {string} project
 * @returns {boolean} whether npm succeeded
 */
export const install = (project) => {
  const npm = process.env['npm_execpath'];
  const args = ['ci', '--include=dev', '--loglevel=error', '--no-audit', '--no-fund'];
  const [command, first] = npm && /\.c?js$/.test(npm) ? [process.execPath, [npm]] : ['npm', []];
  const shell = process.platform === 'win32' && command === 'npm';
  // npm would otherwise hand its own "production" or "only" settings down to the inner npm.
  const env = { ...process.env, NODE_ENV: 'development' };
  return spawnSync(command, [...first, ...args], { cwd: project, stdio: 'inherit', shell, env }).status === 0;
};

/**
 * @param {string} project
 * @returns {string | undefined} why the pinned Node cannot be used, or nothing
 */
export const whyNoPinnedNode = (project) => {
  const node = pinnedNode(project);
  if (!existsSync(node)) {
    return (
      'the pinned Node was not installed, because install scripts are switched off here or failed; ' +
      'run: npm ci --include=dev --ignore-scripts=false'
    );
  }
  const answer = spawnSync(node, ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' });
  if (answer.error) return `the pinned Node does not run on this machine: ${answer.error.message}`;
  const version = answer.stdout.trim();
  if (version.startsWith(`v${PINNED_MAJOR}.`)) return undefined;
  if (version) return `the pinned Node answers ${version} where v${PINNED_MAJOR} is needed; run: npm ci --include=dev`;
  return `the pinned Node does not run on this machine: ${answer.stderr.trim().split('\n')[0] ?? 'it says nothing'}`;
};

/** @param {string} project */
export const runsPinnedNode = (project) => {
  try {
    return realpathSync(process.execPath) === realpathSync(pinnedNode(project));
  } catch {
    return false;
  }
};
