import { hkdfSync } from 'node:crypto';
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../kernel/errors.ts';
import { randomId } from '../kernel/random.ts';
import type { Random } from '../kernel/random.ts';
import type { MasterKey } from '../kernel/secrets.ts';
import type { Config } from './schema.ts';

const KEY_BYTES = 32;
const NAME_BYTES = 6;
const HEX = /^[0-9a-f]{64}$/i;
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;

/** A key's name is made from the key, so that a ring needs no list of names beside it. */
const named = (bytes: Buffer): MasterKey => {
  const id = Buffer.from(hkdfSync('sha256', bytes, '', 'latchkey name', NAME_BYTES)).toString('base64url');
  return { id, bytes };
};

const decode = (text: string, where: string): MasterKey => {
  if (HEX.test(text)) return named(Buffer.from(text, 'hex'));
  if (BASE64.test(text)) return named(Buffer.from(text, 'base64'));
  throw new AppError('secret_unreadable', `${where} must hold 32 bytes in base64 or hex: openssl rand -base64 32`);
};

/** Keys separated by commas or white space, newest first. */
const ring = (text: string, where: string): readonly [MasterKey, ...MasterKey[]] => {
  const [first = '', ...others] = text.trim().split(/[\s,]+/);
  return [decode(first, where), ...others.map((other) => decode(other, where))];
};

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

const readOwn = async (file: string): Promise<string> => {
  const { mode } = await stat(file);
  if (mode & 0o077) throw new AppError('secret_unreadable', `${file} may be read by others: chmod 600 ${file}`);
  return readFile(file, 'utf8');
};

/** Written beside and linked into place: of several processes that begin at once all find one key, and find it whole. */
const make = async (path: string, random: Random): Promise<void> => {
  const draft = `${path}.${randomId(random)}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${random.bytes(KEY_BYTES).toString('base64')}\n`);
    await handle.sync();
    await handle.close();
    await link(draft, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await handle.close();
    await unlink(draft);
  }
};

/** Node's own recursive mkdir never comes back where the system answers ENOENT below a folder that is there (/proc). */
const makeFolder = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder, { mode: 0o700 });
  }
};

const readOrMake = async (folder: string, random: Random): Promise<string> => {
  const path = join(folder, 'master.key');
  try {
    return await readOwn(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  await makeFolder(folder);
  await make(path, random);
  return readOwn(path);
};

/**
 * The master keys: those of the configuration, else one in the data directory, made on the first start (the
 * configuration sees to it that production names its own).
 *
 * @throws AppError `secret_unreadable` for a key that is none, `store_unusable` for a folder that cannot be used
 */
export const loadMasterKeys = async (
  config: Pick<Config, 'masterKey' | 'dataDir'>,
  random: Random,
): Promise<readonly [MasterKey, ...MasterKey[]]> => {
  if (config.masterKey) return ring(config.masterKey.reveal(), 'the master key');
  try {
    return ring(await readOrMake(config.dataDir, random), join(config.dataDir, 'master.key'));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const sentence = `the data directory ${config.dataDir} cannot be used (${codeOf(cause)})`;
    throw new AppError('store_unusable', sentence, { cause });
  }
};
