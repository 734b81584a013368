import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** What installs Debian's Chromium. */
export const CHROMIUM_COMMAND = 'apt-get install -y --no-install-recommends chromium';

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Path of the Chromium for browser tests: `LATCHKEY_TEST_CHROMIUM`, else the first on PATH. */
export const findChromium = (env: NodeJS.ProcessEnv = process.env): string | undefined => {
  const named = env['LATCHKEY_TEST_CHROMIUM'];
  if (named) return isExecutable(named) ? named : undefined;
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable);
};
