import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { HASH_DIGITS, readHashLine } from './hash-line.ts';

/** No line is longer (bytes): a hash, a colon, a count, CR and LF. */
export const LONGEST_LINE = 64;
/** So little is read at once and looked through from its beginning (bytes). */
const BLOCK = 4096;

const bytes = async (file: FileHandle, from: number, length: number): Promise<string> => {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.toString('latin1', 0, filled);
};

const damaged = (at: number): Error =>
  Object.assign(new Error(`the file has no line HASH:COUNT after byte ${String(at)}`), { code: 'damaged' });

interface Beginning {
  readonly start: number;
  readonly hash: string;
}

/** The first line that begins at an offset or after it, if one does. */
const lineFrom = async (file: FileHandle, offset: number): Promise<Beginning | undefined> => {
  const most = LONGEST_LINE + HASH_DIGITS + 1;
  const text = await bytes(file, offset - 1, most);
  const end = text.indexOf('\n');
  const hash = text.slice(end + 1, end + 1 + HASH_DIGITS);
  const isLast = text.length < most && (end < 0 || end === text.length - 1);
  if (isLast) return undefined;
  if (end < 0 || !/^[0-9A-Fa-f]{40}$/.test(hash)) throw damaged(offset);
  return { start: offset + end, hash: hash.toUpperCase() };
};

/**
 * How often a hash was seen, by a file that has a line for each, ordered by hash; 0 when it is not in it. It is opened
 * for each look-up, so that another file may be moved into its place at any time, and only read where it is looked at.
 *
 * @param hash SHA-1 in 40 hexadecimal digits, upper case
 * @throws what opening and reading throw, and with the code `damaged` where a line is none
 */
export const countInFile = async (path: string, hash: string): Promise<number> => {
  await using file = await open(path);
  // Lines that begin before `from` have lesser hashes, and those that begin at `to` or after it greater ones.
  let from = 0;
  let { size: to } = await file.stat();
  while (to - from > BLOCK) {
    const middle = Math.floor((from + to) / 2);
    const line = await lineFrom(file, middle);
    if (line && line.hash <= hash) from = line.start;
    else to = middle;
  }
  const lines = (await bytes(file, from, to - from + LONGEST_LINE)).split('\n');
  const found = lines.find((line) => line.slice(0, HASH_DIGITS).toUpperCase() === hash);
  if (found === undefined) return 0;
  const line = readHashLine(found, HASH_DIGITS);
  if (!line) throw damaged(from);
  return line.count;
};
