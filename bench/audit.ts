// What the audit log costs beside the work that it tells of, on both engines: commits of one write each, alone, with an
// event written in the clear and chained to nothing, and with one of ours, sealed and chained while the work goes on.
// Then whether the chain keeps up with 1,000 events a second, and what it takes to verify.
// node bench/audit.ts [commits] [sqlite | mongodb]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { auditEvents, FRESH } from '../src/audit/record.ts';
import { verifyAudit } from '../src/audit/verify.ts';
import { eq } from '../src/store/query.ts';
import { findMongod, startMongod } from '../test/support/mongod.ts';
import { chained, inTheClear, nothing, openWork } from './support/audit-work.ts';
import type { Work } from './support/audit-work.ts';
import { cpuSeconds, residentMegabytes } from './support/measure.ts';

const COMMITS = Number(process.argv[2] ?? 20_000);
const ENGINE = process.argv[3]?.toLowerCase();
const RATE = 1000;
const PACED_SECONDS = 10;
const TICK = 20;

interface Bench {
  readonly engine: string;
  /** One at a time where a commit waits for nobody, many where each waits for another process, as requests do. */
  readonly lanes: number;
  url(name: string): string;
  /** Of the database's own process, where it has one. */
  readonly pid?: number;
}

const figure = (name: string, value: string, target = ''): void => {
  process.stdout.write(`${name.padEnd(60)} ${value.padStart(14)}   ${target}\n`);
};

/** Seconds of CPU, and of that of the database's process. */
const used = ({ pid }: Bench): { readonly own: number; readonly database: number } => {
  const { user, system } = process.cpuUsage();
  return { own: (user + system) / 1e6, database: pid === undefined ? 0 : cpuSeconds(pid) };
};

interface Spent {
  /** Microseconds for each commit; what runs beside it is counted with it. */
  readonly cpu: number;
  readonly database: number;
  readonly wall: number;
}

const measured = async (bench: Bench, run: () => Promise<unknown>): Promise<Spent> => {
  const before = used(bench);
  const began = performance.now();
  await run();
  const after = used(bench);
  const each = 1e6 / COMMITS;
  return {
    cpu: (after.own - before.own) * each,
    database: (after.database - before.database) * each,
    wall: ((performance.now() - began) * 1000) / COMMITS,
  };
};

const costs = async (bench: Bench, ours: Work): Promise<void> => {
  const bare = await openWork(bench.url('bare'), bench.lanes);
  const alone = await measured(bench, () => bare.commits(0, COMMITS, nothing));
  const clear = await measured(bench, () => bare.commits(0, COMMITS, inTheClear));
  await bare.store.close();
  const all = await measured(bench, () => chained(ours, () => ours.commits(0, COMMITS, ours.ours)));
  const told = ({ cpu, database }: Spent): string =>
    bench.pid === undefined ? `${cpu.toFixed(0)} µs` : `${cpu.toFixed(0)} + ${database.toFixed(0)} µs`;
  figure('work alone, CPU of a commit (ours, and the database’s)', told(alone));
  figure('with an event in the clear, not chained', told(clear));
  figure('with an event of ours, sealed and chained', told(all));
  figure('ratio to the event in the clear', ((all.cpu + all.database) / (clear.cpu + clear.database)).toFixed(2));
  figure('commits a second with an event in the clear', (1e6 / clear.wall).toFixed(0));
  figure('events a second, chained beside the work', (1e6 / all.wall).toFixed(0), 'at least 1,000');
};

const verifying = async ({ parts }: Work): Promise<void> => {
  const began = performance.now();
  const before = residentMegabytes(process.pid);
  const { faults, events } = await verifyAudit({ ...parts, keep: 0 });
  if (faults.length > 0 || events !== COMMITS) throw new Error(`${String(events)} of ${String(COMMITS)} verify`);
  figure('events verified a second', ((COMMITS * 1000) / (performance.now() - began)).toFixed(0));
  figure('resident memory that verifying adds', `${(residentMegabytes(process.pid) - before).toFixed(0)} MB`);
};

const paced = async (bench: Bench, ours: Work): Promise<void> => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const before = used(bench);
  let most = 0;
  let written = 0;
  let took = 0;
  await chained(ours, async () => {
    const start = performance.now();
    for (; took < PACED_SECONDS * 1000; took = performance.now() - start) {
      const due = Math.floor((took * RATE) / 1000);
      await ours.commits(written, due, ours.ours);
      written = due;
      most = Math.max(most, await ours.store.count(auditEvents, eq('batch', FRESH)));
      await pause(TICK);
    }
  });
  delay.disable();
  const after = used(bench);
  const share = (seconds: number): string => `${((seconds * 1e5) / took).toFixed(0)} %`;
  figure(
    `share of one core at ${String(RATE)} a second, work included`,
    share(after.own - before.own),
    bench.pid === undefined ? '' : `and ${share(after.database - before.database)} for the database`,
  );
  figure('events a second that this was', ((written * 1000) / took).toFixed(0));
  figure('most events that waited to be chained', String(most));
  figure('longest stop of the loop', `${(delay.max / 1e6).toFixed(0)} ms`);
};

const run = async (bench: Bench): Promise<void> => {
  if (ENGINE !== undefined && ENGINE !== bench.engine.toLowerCase()) return;
  process.stdout.write(`\n${bench.engine}, ${String(bench.lanes)} at once\n`);
  const ours = await openWork(bench.url('ours'), bench.lanes);
  await costs(bench, ours);
  await verifying(ours);
  await paced(bench, ours);
  await ours.store.close();
};

const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
try {
  await run({ engine: 'SQLite', lanes: 1, url: (name) => `sqlite:${join(folder, `${name}.db`)}` });
  const found = await findMongod();
  if ('pending' in found) process.stdout.write(`\nMongoDB: ${found.pending}\n`);
  else {
    const mongod = await startMongod(found.path);
    try {
      await run({ engine: 'MongoDB', lanes: 25, url: (name) => mongod.url(`bench-${name}`), pid: mongod.pid });
    } finally {
      await mongod.kill();
    }
  }
} finally {
  await rm(folder, { recursive: true });
}
