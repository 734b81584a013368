// From the start of the process to its first answer, and resident memory once it is idle, beside the bare twin.
import { setTimeout as pause } from 'node:timers/promises';
import { median, residentMegabytes, startServer } from './support/measure.ts';

const ROUNDS = 5;
const SETTLE = 2000;

for (const name of ['bare', 'latchkey'] as const) {
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
  process.stdout.write(
    `${name}: first answer after ${median(starts).toFixed(0)} ms, ${median(memory).toFixed(0)} MB resident when idle\n`,
  );
}
