import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { roomyFolder } from '../roomy-folder.ts';

const run = promisify(execFile);

const CACHE = fileURLToPath(new URL('../../../.cache/directories', import.meta.url));

const copy = async (from: string, to: string): Promise<void> => {
  await mkdir(to, { recursive: true });
  await run('cp', ['-a', '--reflink=auto', `${from}/.`, to]);
};

/**
 * A folder of this run's own in which a server was provisioned, copied from one that is made once and kept.
 *
 * @param key name of the server, its version and that of the recipe: what changes it makes another
 * @param make provisions in the folder it is given, which has another name afterwards
 */
export const fromTemplate = async (key: string, make: (folder: string) => Promise<void>): Promise<string> => {
  const template = join(CACHE, key);
  if (!existsSync(template)) {
    const made = await roomyFolder('template');
    const near = join(CACHE, `make-${String(process.pid)}`);
    try {
      await make(made);
      await mkdir(CACHE, { recursive: true });
      await copy(made, near);
      await rename(near, template).catch((error: unknown) => {
        // Another process may have been faster: theirs is as good.
        if (!existsSync(template)) throw error;
      });
    } finally {
      await Promise.all([made, near].map((folder) => rm(folder, { recursive: true, force: true })));
    }
  }
  const folder = await roomyFolder(key.replace(/[^a-z0-9].*$/, ''));
  await copy(template, folder);
  return folder;
};
