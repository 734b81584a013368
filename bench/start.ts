// From the start of the process to its first answer, and resident memory once it is idle, beside the bare twin.
import { setTimeout as pause } from 'node:timers/promises';
import { median, residentMegabytes, startServer } from './support/measure.ts';

const ROUNDS = 5;
const SETTLE = 2000;

const measure = async (name: 'bare' | 'latchkey') => {
  const starts: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const server = await startServer(new URL(`./servers/${name}.ts`, import.meta.url).pathname, { BENCH_HASH: 'off' });
    await pause(SETTLE);
    // The first round fills the compile cache.
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
