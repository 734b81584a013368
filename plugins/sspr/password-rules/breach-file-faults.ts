import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { LONGEST_LINE } from './breach-file.ts';
import { HASH_DIGITS, readHashLine } from './hash-line.ts';

/** Enough to find a file that is ordered otherwise, few enough for a slow disk. */
const PLACES = 64;
/** At least two whole lines, wherever it begins (bytes). */
const WINDOW = 4 * LONGEST_LINE;

interface Found {
  readonly at: number;
  readonly text: string;
}

/** Lines that begin and end within a window; the last one of the file needs no line break. */
const linesIn = (text: string, from: number, isEnd: boolean): readonly Found[] => {
  const first = from === 0 ? 0 : text.indexOf('\n') + 1;
  const whole = text.slice(first, isEnd ? undefined : text.lastIndexOf('\n') + 1);
  return [...whole.matchAll(/[^\n]*\n|[^\n]+$/g)].map(({ 0: line, index }) => ({
    at: from + first + index,
    text: line.replace(/\n$/, ''),
  }));
};

const look = (file: number, size: number): string | undefined => {
  const buffer = Buffer.alloc(WINDOW);
  let before = { at: -1, hash: '' };
  for (let place = 0; place <= PLACES; place += 1) {
    const from = Math.floor((Math.max(0, size - WINDOW) * place) / PLACES);
    const length = readSync(file, buffer, 0, WINDOW, from);
    const lines = linesIn(buffer.toString('latin1', 0, length), from, from + length >= size);
    if (lines.length === 0) return notALine(from);
    for (const { at, text } of lines) {
      const line = readHashLine(text, HASH_DIGITS);
      if (!line || text.length >= LONGEST_LINE) return notALine(at);
      if (at > before.at && line.hash <= before.hash) return notSorted(at);
      if (at > before.at) before = { at, hash: line.hash };
    }
  }
  return undefined;
};

const notALine = (at: number): string =>
  `has something else than a line HASH:COUNT at byte ${String(at)}: a SHA-1 hash of 40 hexadecimal digits, a colon and a number`;

const notSorted = (at: number): string =>
  `is not ordered by hash at byte ${String(at)}: take the list that is ordered by hash, each hash once`;

/** What is wrong with a file of hashes, as far as a look at its ends and at places in between tells; for operators. */
export const breachFileFault = (path: string): string | undefined => {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    const fault = size === 0 ? 'is empty' : look(file, size);
    return fault === undefined ? undefined : `the file ${path} ${fault}`;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    return `the file ${path} cannot be read (${code})`;
  } finally {
    if (file !== undefined) closeSync(file);
  }
};
