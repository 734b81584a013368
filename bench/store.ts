// What each verb of the embedded store costs, at a few and at many documents, beside the same done by hand on bare
// `node:sqlite`; and whether sign-ins still flow when a sync takes 10 ms.
// node bench/store.ts [documents …]     1,000 and 20,000 when none are given; 1,000,000 takes some minutes and 3 GB.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { bareTwin } from './support/store-bare.ts';
import { latchkeyTwin } from './support/store-latchkey.ts';
import { signInsAtSlowSyncs } from './support/store-sign-ins.ts';
import { slowVerbs, verbs } from './support/store-twin.ts';

const CALLS = { warmUp: 200, measured: 2000 };
const SLOW_CALLS = { warmUp: 1, measured: 5 };

interface Cost {
  readonly cpu: number;
  readonly wall: number;
}

/** Microseconds of a call, of this process's CPU (all threads) and by the clock. */
const costOf = async (call: (round: number) => unknown, { warmUp, measured }: typeof CALLS): Promise<Cost> => {
  for (let round = 0; round < warmUp; round += 1) await call(round);
  const begun = performance.now();
  const before = process.cpuUsage();
  for (let round = warmUp; round < warmUp + measured; round += 1) await call(round);
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / measured, wall: ((performance.now() - begun) * 1000) / measured };
};

/** The longest time, in milliseconds, for which a call let nothing else happen. */
const longestStop = async (call: (round: number) => unknown): Promise<number> => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await pause(20);
  await call(0);
  await pause(20);
  delay.disable();
  return delay.max / 1e6;
};

const row = (name: string, ours: Cost, theirs: Cost): string => {
  const columns = [ours.cpu, ours.wall, theirs.cpu, theirs.wall].map((value) => value.toFixed(1).padStart(10));
  return `${name.padEnd(24)} ${columns.join(' ')} ${(ours.cpu / theirs.cpu).toFixed(1).padStart(11)}`;
};

const compare = async (documents: number): Promise<void> => {
  const latchkey = await latchkeyTwin(documents);
  const bare = await bareTwin(documents);
  const heading = 'CPU µs    wall µs   bare CPU  bare wall   CPU ratio';
  process.stdout.write(`\n${`${documents.toLocaleString('en')} documents`.padEnd(29)} ${heading}\n`);
  for (const name of verbs) {
    process.stdout.write(
      `${row(name, await costOf(latchkey.calls[name], CALLS), await costOf(bare.calls[name], CALLS))}\n`,
    );
  }
  for (const name of slowVerbs) {
    const [ours, theirs] = [latchkey.calls[name], bare.calls[name]];
    const costs = row(name, await costOf(ours, SLOW_CALLS), await costOf(theirs, SLOW_CALLS));
    const stops = [await longestStop(ours), await longestStop(theirs)].map((stop) => `${stop.toFixed(0)} ms`);
    process.stdout.write(`${costs}   longest stop ${stops.join(' / ')}\n`);
  }
  for (const twin of [latchkey, bare]) await twin.close();
};

const asked = process.argv.slice(2).map(Number);
await signInsAtSlowSyncs();
for (const documents of asked.length > 0 ? asked : [1000, 20_000]) await compare(documents);
