import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../src/kernel/package-root.ts';

/**
 * Makes an empty folder look like the project of somebody who installed the published package: the packed tarball
 * unpacked under node_modules, beside the libraries that it depends on.
 */
export const installPacked = async (folder: string): Promise<void> => {
  const modules = join(folder, 'node_modules');
  await mkdir(modules, { recursive: true });
  const npm = (...args: string[]) => execFileSync('npm', args, { cwd: packageRoot, encoding: 'utf8', stdio: 'pipe' });
  npm('run', 'build');
  npm('pack', '--ignore-scripts', '--silent', '--pack-destination', folder);
  const tarball = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm packed nothing');
  execFileSync('tar', ['-xzf', tarball], { cwd: folder });
  await cp(join(folder, 'package'), join(modules, 'latchkey'), { recursive: true });
  for (const name of await readdir(join(packageRoot, 'node_modules'))) {
    if (!name.startsWith('.')) await symlink(join(packageRoot, 'node_modules', name), join(modules, name));
  }
};
