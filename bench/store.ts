// What each verb of the embedded store costs, at a few and at many documents, beside the same done by hand on bare
// `node:sqlite`; and whether sign-ins still flow when a sync takes 10 ms.
// node bench/store.ts [documents …]     1,000 and 20,000 when none are given; 1,000,000 takes some minutes and 3 GB.
import { bareTwin } from './support/store-bare.ts';
import { latchkeyTwin } from './support/store-latchkey.ts';
import { signInsAtSlowSyncs } from './support/store-sign-ins.ts';
import type { Twin } from './support/store-twin.ts';

const WARM_UP = 200;
const CALLS = 2000;

interface Cost {
  readonly cpu: number;
  readonly wall: number;
}

/** Microseconds of a call, of this process's CPU (all threads) and by the clock. */
const costOf = async (call: (round: number) => unknown): Promise<Cost> => {
  for (let round = 0; round < WARM_UP; round += 1) await call(round);
  const begun = performance.now();
  const before = process.cpuUsage();
  for (let round = WARM_UP; round < WARM_UP + CALLS; round += 1) await call(round);
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / CALLS, wall: ((performance.now() - begun) * 1000) / CALLS };
};

const compare = async (documents: number): Promise<void> => {
  const twins: readonly Twin[] = [await latchkeyTwin(documents), await bareTwin(documents)];
  const [latchkey, bare] = twins;
  process.stdout.write(
    `\n${documents.toLocaleString('en')} documents     CPU µs   wall µs     bare CPU  bare wall    CPU ratio\n`,
  );
  for (const name of Object.keys(latchkey?.verbs ?? {})) {
    const [ours, theirs] = [latchkey?.verbs[name], bare?.verbs[name]];
    if (!ours || !theirs) throw new Error(`both twins measure ${name}`);
    const [a, b] = [await costOf(ours), await costOf(theirs)];
    const columns = [a.cpu, a.wall, b.cpu, b.wall].map((value) => value.toFixed(1).padStart(10));
    process.stdout.write(`${name.padEnd(20)} ${columns.join(' ')} ${(a.cpu / b.cpu).toFixed(1).padStart(11)}\n`);
  }
  for (const twin of twins) await twin.close();
};

const asked = process.argv.slice(2).map(Number);
await signInsAtSlowSyncs();
for (const documents of asked.length > 0 ? asked : [1000, 20_000]) await compare(documents);
