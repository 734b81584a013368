// From the start of the process to its first answer, and resident memory once it is idle, beside the bare twin. The
// store is there already: its keys are made at the first start only.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { median, residentMegabytes, startServer } from './support/measure.ts';

const ROUNDS = 5;
const SETTLE = 2000;

const measure = async (name: 'bare' | 'latchkey') => {
  const env = { BENCH_HASH: 'off', BENCH_FOLDER: await mkdtemp(join(tmpdir(), 'latchkey-bench-')) };
  const starts: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const server = await startServer(new URL(`./servers/${name}.ts`, import.meta.url).pathname, env);
    await pause(SETTLE);
    // The first round fills the store and the compile cache.
    if (round > 0) {
      starts.push(server.startedIn);
      memory.push(residentMegabytes(server.pid));
    }
    await server.stop();
  }
  return { start: median(starts), memory: median(memory) };
};

const [bare, ours] = [await measure('bare'), await measure('latchkey')];

const figure = (name: string, unit: string, of: (measured: typeof bare) => number): void => {
  const [theirs, own] = [of(bare), of(ours)];
  const ratio = (own / theirs).toFixed(2);
  process.stdout.write(`${name}: ${own.toFixed(0)} ${unit} beside ${theirs.toFixed(0)} ${unit} bare, ratio ${ratio}\n`);
};

figure('first answer after the start', 'ms', ({ start }) => start);
figure('resident memory when idle', 'MB', ({ memory }) => memory);
