// What the audit log costs beside the work that it tells of, on SQLite: commits of one write each, alone, with an event
// written in the clear and chained to nothing, and with one of ours, sealed and chained while the work goes on. Then
// whether the chain keeps up with 1,000 events a second, and what it takes to verify.
// node bench/audit.ts [commits]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { hostEvents } from '../src/audit/catalogue.ts';
import { chainNext } from '../src/audit/chaining.ts';
import { auditCollections } from '../src/audit/collections.ts';
import type { AuditEvent } from '../src/audit/event.ts';
import { createAudit } from '../src/audit/log.ts';
import { auditEvents, FRESH } from '../src/audit/record.ts';
import { verifyAudit } from '../src/audit/verify.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { systemRandom } from '../src/kernel/random.ts';
import { openSecrets } from '../src/kernel/secrets.ts';
import { timeOrderedIds } from '../src/kernel/time-ordered-id.ts';
import { openStore } from '../src/store/open.ts';
import { change, defineCollection } from '../src/store/port.ts';
import type { Change, Collection } from '../src/store/port.ts';
import { eq } from '../src/store/query.ts';
import { residentMegabytes } from './support/measure.ts';

const COMMITS = Number(process.argv[2] ?? 20_000);
const PEOPLE = 500;
const RATE = 1000;
const PACED_SECONDS = 10;
const TICK = 20;

const things = defineCollection({
  name: 'things',
  shape: z.strictObject({ id: z.string(), visits: z.number(), about: z.string() }),
});
const text = z.string();
/** The same fields and indexes, in the clear, and never touched again. */
const plainEvents = defineCollection({
  name: 'plainEvents',
  shape: z.strictObject({
    ...{
      id: text,
      at: z.number(),
      type: text,
      result: text,
      subject: text.exactOptional(),
      actor: text.exactOptional(),
    },
    ...{ method: text, clientId: text, address: text, agent: text, correlation: text.exactOptional(), batch: text },
  }),
  indexes: auditEvents.indexes,
});

const figure = (name: string, value: string, target = ''): void => {
  process.stdout.write(`${name.padEnd(60)} ${value.padStart(14)}   ${target}\n`);
};

const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
const collections = [...auditCollections, things, plainEvents] as unknown as readonly Collection[];
const secrets = openSecrets([{ id: 'bench', bytes: Buffer.alloc(32, 7) }], Buffer.alloc(32, 9), systemRandom);
const silent = (): void => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };

const event = (n: number) =>
  ({
    type: 'signin.success',
    result: 'success' as const,
    subject: `person-${String(n % PEOPLE)}`,
    method: 'pwd',
    clientId: 'an-app',
    address: '192.0.2.17',
    agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
    correlation: 'k3m9-7xq2',
  }) satisfies AuditEvent;

type Beside = (n: number) => readonly Change[];
type Opened = Awaited<ReturnType<typeof opened>>;

const opened = async (name: string) => {
  const url = `sqlite:${join(folder, `${name}.db`)}`;
  const store = await openStore({ url, collections, migrations: [], clock: systemClock });
  const docs = Array.from({ length: PEOPLE }, (_, n) => ({ id: `t${String(n)}`, visits: 0, about: 'a'.repeat(600) }));
  await store.insertMany(things, docs);
  const held = docs.map((doc) => ({ ...doc, version: 1 }));
  const audit = createAudit(hostEvents, systemClock, systemRandom, secrets);
  const work = async (n: number, beside: Beside): Promise<void> => {
    const doc = held[n % PEOPLE];
    if (!doc) return;
    const next = { ...doc, visits: doc.visits + 1 };
    await store.commit([change.swap(things, next), ...beside(n)]);
    held[n % PEOPLE] = { ...next, version: doc.version + 1 };
  };
  const parts = { store, secrets, clock: systemClock, random: systemRandom, log };
  return { store, audit, work, parts };
};

/** Microseconds of CPU and of wall time for each commit; what runs beside it is counted with it. */
const measured = async (run: () => Promise<unknown>): Promise<{ cpu: number; wall: number }> => {
  const cpu = process.cpuUsage();
  const began = performance.now();
  await run();
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: (user + system) / COMMITS, wall: ((performance.now() - began) * 1000) / COMMITS };
};

const all = async ({ store, work }: Opened, beside: Beside): Promise<void> => {
  for (let n = 0; n < COMMITS; n += 1) {
    await work(n, beside);
    // As requests do: the loop turns between them, and every hundredth of them waits until all is durable.
    if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    if (n % 100 === 0) await store.durable();
  }
};

const chainingBeside = async ({ parts }: Opened, done: () => boolean): Promise<void> => {
  for (;;) {
    const last = done();
    while (await chainNext(parts, 0));
    if (last) return;
    await pause(250);
  }
};

try {
  const nextId = timeOrderedIds(systemClock, systemRandom);
  const bare = await opened('bare');
  const alone = await measured(() => all(bare, () => []));
  const inTheClear = await measured(() =>
    all(bare, (n) => [change.insert(plainEvents, { ...event(n), id: nextId(), at: systemClock.now(), batch: FRESH })]),
  );
  await bare.store.close();
  const ours = await opened('ours');
  let finished = false;
  const chained = await measured(async () => {
    const chaining = chainingBeside(ours, () => finished);
    await all(ours, (n) => [ours.audit.event(event(n))]);
    finished = true;
    await chaining;
  });
  figure('work alone, CPU of a commit', `${alone.cpu.toFixed(0)} µs`);
  figure('with an event in the clear, not chained', `${inTheClear.cpu.toFixed(0)} µs`);
  figure('with an event of ours, sealed and chained', `${chained.cpu.toFixed(0)} µs`);
  figure('ratio to the event in the clear', (chained.cpu / inTheClear.cpu).toFixed(2));
  figure('events a second, chained beside the work', (1e6 / chained.wall).toFixed(0), 'at least 1,000');

  const began = performance.now();
  const before = residentMegabytes(process.pid);
  const { faults, events } = await verifyAudit({ ...ours.parts, keep: 0 });
  if (faults.length > 0 || events !== COMMITS) throw new Error(`${String(events)} of ${String(COMMITS)} verify`);
  figure('events verified a second', ((COMMITS * 1000) / (performance.now() - began)).toFixed(0));
  figure('resident memory that verifying adds', `${(residentMegabytes(process.pid) - before).toFixed(0)} MB`);

  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  finished = false;
  const cpu = process.cpuUsage();
  const chaining = chainingBeside(ours, () => finished);
  const start = performance.now();
  let most = 0;
  let written = 0;
  while (performance.now() - start < PACED_SECONDS * 1000) {
    const due = Math.floor(((performance.now() - start) * RATE) / 1000);
    for (; written < due; written += 1) await ours.work(written, (n) => [ours.audit.event(event(n))]);
    most = Math.max(most, await ours.store.count(auditEvents, eq('batch', FRESH)));
    await pause(TICK);
  }
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  finished = true;
  await chaining;
  figure(
    `share of one core at ${String(RATE)} a second, work included`,
    `${((user + system) / PACED_SECONDS / 1e4).toFixed(0)} %`,
  );
  figure('events a second that this was', (written / PACED_SECONDS).toFixed(0));
  figure('most events that waited to be chained', String(most));
  figure('longest stop of the loop', `${(delay.max / 1e6).toFixed(0)} ms`);
  await ours.store.close();
} finally {
  await rm(folder, { recursive: true });
}
