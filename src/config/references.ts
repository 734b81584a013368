import { access, constants, readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { Environment } from './environment.ts';

export type Reading = { readonly value: string } | { readonly fault: string };

const readSecretFile = async (path: string): Promise<Reading> => {
  try {
    const value = (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
    return value === '' ? { fault: `the file ${path} is empty` } : { value };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    return { fault: `the file ${path} cannot be read (${code})` };
  }
};

/**
 * Reads what `env:NAME`, `file:PATH` or `plain:VALUE` stands for; other text stands for itself.
 *
 * @param folder that a relative PATH begins at
 */
export const readSecret = async (reference: string, env: Environment, folder: string): Promise<Reading> => {
  const [, kind, rest = ''] = /^(env|file|plain):(.*)$/s.exec(reference) ?? [];
  if (kind === 'file') return readSecretFile(resolve(folder, rest));
  if (kind === 'plain') return { value: rest };
  if (kind !== 'env') return { value: reference };
  const value = env[rest];
  return value === undefined || value === '' ? { fault: `the environment variable ${rest} is not set` } : { value };
};

/** The absolute path of a file that can be read. */
export const readableFile = async (path: string, folder: string): Promise<Reading> => {
  const absolute = isAbsolute(path) ? path : resolve(folder, path);
  try {
    await access(absolute, constants.R_OK);
    return { value: absolute };
  } catch {
    return { fault: `the file ${absolute} cannot be read` };
  }
};
