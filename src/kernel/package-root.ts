import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const upwards = (folder: string): string => {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('the package has lost its package.json');
  return upwards(parent);
};

/** The package's folder. Files are found from here, since modules lie one level deeper once built. */
export const packageRoot = upwards(import.meta.dirname);

/** A clone has the sources that run; the published package has none. */
export const isClone = existsSync(join(packageRoot, 'src', 'main.ts'));
