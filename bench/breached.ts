// What a look-up in a file of 10 million hashes of leaked passwords costs, beside one bare read of a block of the same
// file, and what memory it takes.
// node bench/breached.ts [lines]
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { breachFileFault } from '../plugins/sspr/password-rules/breach-file-faults.ts';
import { countInFile } from '../plugins/sspr/password-rules/breach-file.ts';
import { median, residentMegabytes } from './support/measure.ts';

const LINES = Number(process.argv[2] ?? 10_000_000);
const AT_ONCE = 20_000;
const LOOK_UPS = 3000;
const BLOCK = 4096;
const STEP = 2 ** 40 / LINES;

const figure = (name: string, value: string, target: string): void => {
  process.stdout.write(`${name.padEnd(48)} ${value.padStart(18)}   ${target}\n`);
};

/** The hash at a place of the list: its first ten digits rise evenly, the other thirty are those of the place. */
const hashAt = (place: number): string => {
  const first = Math.floor(place * STEP)
    .toString(16)
    .padStart(10, '0');
  return (first + (place * 2654435761).toString(16).padStart(30, '0')).toUpperCase();
};

const fill = async (path: string): Promise<number> => {
  await using file = await open(path, 'w');
  for (let from = 0; from < LINES; from += AT_ONCE) {
    const length = Math.min(AT_ONCE, LINES - from);
    await file.write(Array.from({ length }, (_, n) => `${hashAt(from + n)}:${String(1 + (n % 5000))}\n`).join(''));
  }
  return (await file.stat()).size;
};

const bareRead = async (path: string, at: number): Promise<void> => {
  await using file = await open(path);
  await file.read(Buffer.allocUnsafe(BLOCK), 0, BLOCK, at);
};

/** Microseconds of each call. */
const timed = async (call: (round: number) => Promise<unknown>): Promise<readonly number[]> => {
  const times: number[] = [];
  for (let round = 0; round < LOOK_UPS; round += 1) {
    const began = performance.now();
    await call(round);
    times.push((performance.now() - began) * 1000);
  }
  return times.slice(LOOK_UPS / 10);
};

const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
try {
  const path = join(folder, 'hashes.txt');
  const size = await fill(path);
  const began = performance.now();
  const fault = breachFileFault(path);
  const checked = performance.now() - began;
  if (fault !== undefined) throw new Error(fault);

  const bare = await timed(() => bareRead(path, randomInt(size - BLOCK)));
  const before = residentMegabytes(process.pid);
  let found = 0;
  let most = before;
  const ours = await timed(async (round) => {
    const hash = round % 2 === 0 ? hashAt(randomInt(LINES)) : randomBytes(20).toString('hex').toUpperCase();
    if ((await countInFile(path, hash)) > 0) found += 1;
    if (round % 100 === 0) most = Math.max(most, residentMegabytes(process.pid));
  });
  if (found !== LOOK_UPS / 2) throw new Error(`${String(found)} of ${String(LOOK_UPS / 2)} hashes were found`);

  const slowest = [...ours].sort((a, b) => a - b)[Math.floor(ours.length * 0.99)] ?? 0;
  process.stdout.write(`${LINES.toLocaleString('en')} lines, ${(size / 1e6).toFixed(0)} MB\n`);
  figure('look-up, median', `${median(ours).toFixed(0)} µs`, 'under 1,000 µs');
  figure('look-up, 99 of 100 within', `${slowest.toFixed(0)} µs`, '');
  figure('bare open, read of one block, close', `${median(bare).toFixed(0)} µs`, '');
  figure('ratio', (median(ours) / median(bare)).toFixed(1), '');
  figure('resident memory that look-ups add', `${(most - before).toFixed(1)} MB`, 'under 5 MB');
  figure('check of the file at the start', `${checked.toFixed(1)} ms`, '');
} finally {
  await rm(folder, { recursive: true });
}
