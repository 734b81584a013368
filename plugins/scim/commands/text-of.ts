import { readFile } from 'node:fs/promises';
import { AppError } from '../../../src/kernel/errors.ts';
import type { CommandContext } from '../../../src/plugin.ts';

/** A file's text, or that of standard input for `-`. Throws `bad_request`. */
export const textOf = async ({ input }: Pick<CommandContext, 'input'>, file: string): Promise<string> => {
  if (file === '-') return input();
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new AppError('bad_request', `${file} cannot be read`, { cause });
  }
};
